using NeuralBurden.Bench.Peers;
using TorchSharp;

if (args is ["--prepare", var library])
{
    WeakVersion.Mark(library);
    return;
}

var options = new PeerOptions(args);
torch.set_num_threads(options.Threads);
torch.random.manual_seed(0);
var images = torch.randn(options.Batch, PeerOptions.Channels, options.Image, options.Image);
var labels = torch.randint(0, PeerOptions.Classes, options.Batch);
string[] names = options.Modes("train,train_mask,train_tome,infer,infer_tome");
new PeerTurns(options, $"libtorch {torch.__version__}").Run(
    [.. names.Select(name => (name, (Action)new Mode(name, options, images, labels).Run))]);
