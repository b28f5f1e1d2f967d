namespace NeuralBurden.Tests.Data;

/// <summary>Files of data sets that older programs wrote.</summary>
internal static class PackedSamples
{
    /// <summary>
    /// Written by 0.2: of two classes, ants and bees, 6 images to train on and 2 to test on, of 3 channels, 2 rows and 3
    /// columns. Image k of 1 to 8, four a class, had (17 k + 5 j + 40 y) mod 256 at place j of row y of its picture.
    /// </summary>
    public static byte[] Version1 { get; } = Convert.FromBase64String("""
        2AIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJjbGFzc2VzIjoiW1wiYW50c1wiLFwiYmVlc1wiXSIsImZpbHRlciI6Im5vdCByZXNpemVkIiwiZm9y
        bWF0IjoibmV1cmFsYnVyZGVuLWRhdGFzZXQiLCJzaGEyNTYiOiJhMDRkMDFmYmI4YmVjZmE2MTAyNTMzNGNiYzgwMzAzM2ZiYjQyMWZjMmIwY2U1
        YjEwZWVmNTdiZjJlYTQ5OGEyIiwic3BsaXQiOiIyNSAlIG9mIGVhY2ggY2xhc3MgYnkgU0hBLTI1NiBvZiBDTEFTUy9GSUxFIiwidGVzdF9jb3Vu
        dHMiOiIxIDEiLCJ0ZXN0X3NoYTI1NiI6ImZjMTNhYTQ1YWZmNDU3M2M2NWM3ODFhMzUxZjY3MzNlM2IzNGZkYmI0NjhmZTY5ZDVlNjk4MDY3NDBk
        ZjU0YTEiLCJ0cmFpbl9jb3VudHMiOiIzIDMiLCJ0cmFpbl9zaGEyNTYiOiI1MDhjNDAyOWZjNzRmOTZjMzA2MDA0ZWMwZjJlNTIxN2QxODk4NzJj
        N2JjNWUxM2I3OTlkYTY2OWIxMjQ4NmZjIiwidmVyc2lvbiI6IjEifSwidGVzdC5pbWFnZXMiOnsiZHR5cGUiOiJVOCIsInNoYXBlIjpbMiwzLDIs
        M10sImRhdGFfb2Zmc2V0cyI6WzAsMzZdfSwidGVzdC5sYWJlbHMiOnsiZHR5cGUiOiJVOCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzM2
        LDM4XX0sInRyYWluLmltYWdlcyI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOls2LDMsMiwzXSwiZGF0YV9vZmZzZXRzIjpbMzgsMTQ2XX0sInRyYWlu
        LmxhYmVscyI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOls2XSwiZGF0YV9vZmZzZXRzIjpbMTQ2LDE1Ml19fSAgICIxQEpZaCc2RU9ebSw7SlRjcneG
        lZ+uvXyLmqSzwoGQn6m4xwABESAvOUhXFiU0Pk1cGyo5Q1JhM0JRW2p5OEdWYG9+PUxbZXSDRFNibHuKSVhncYCPTl1sdoWUVWRzfYybWml4gpGg
        X259h5alZnWEjp2sa3qJk6KxcH+OmKe2iJemsL/OjZyrtcTTkqGwusnYAAAAAQEB
        """);
}
