System.Console.WriteLine("nb");
