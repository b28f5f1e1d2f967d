using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>From the last block's tokens to logits, by the model's <see cref="Readout"/>, and back.</summary>
internal sealed class Classifier
{
    private readonly VitShape _shape;
    private readonly NormLayer _norm;
    private readonly LinearLayer _head;
    private readonly LinearLayer? _distilledHead;
    private TokenState _state;
    private Reading _first;
    private Reading _second;

    public Classifier(ParameterArena parameters, VitShape shape)
    {
        _shape = shape;
        _norm = new NormLayer(parameters["norm.weight"], parameters["norm.bias"], shape.Variant.NormEpsilon);
        _head = new LinearLayer(parameters["head.weight"], parameters["head.bias"]);
        if (shape.Variant.Readout == Readout.Distilled)
            _distilledHead = new LinearLayer(parameters["head_dist.weight"], parameters["head_dist.bias"]);
    }

    /// <summary>The same layers with activations of its own.</summary>
    public Classifier(Classifier of) =>
        (_shape, _norm, _head, _distilledHead) = (of._shape, of._norm, of._head, of._distilledHead);

    /// <summary>The normalised vectors that the head reads, of the last forward pass.</summary>
    public Tensor Features => _first.Features;

    private bool NormsFirst => _shape.Variant.Readout == Readout.NormedPatchMean;

    public Tensor Forward(in ForwardPass pass, in TokenState state)
    {
        _state = state;
        _first = Read(pass, Pooled(state.Count));
        var logits = pass.Workspace.Take(new Shape(state.Batch, _shape.Classes));
        _head.Forward(pass, _first.Features, logits);
        if (_distilledHead is null) return logits;
        _second = Read(pass, TokenRange.One(1));
        var others = pass.Workspace.Take(logits.Shape);
        _distilledHead.Forward(pass, _second.Features, others);
        pass.Device.Axpby(new(0.5f, others, 0.5f, logits));
        return logits;
    }

    /// <summary>The gradient of the tokens; those of norm and heads are written, or added to for the norm.</summary>
    public Tensor Backward(in ForwardPass pass, in Tensor dLogits)
    {
        var dTokens = pass.Workspace.Take(_state.Tokens.Shape);
        if (_distilledHead is null)
        {
            Unread(pass, _head, dLogits, _first, Pooled(_state.Count), dTokens);
            return dTokens;
        }

        // Each head gives half of the logits.
        var half = pass.Workspace.Take(dLogits.Shape);
        pass.Device.Clear(half);
        pass.Device.Axpby(new(0.5f, dLogits, 0, half));
        Unread(pass, _head, half, _first, Pooled(_state.Count), dTokens);
        var dOther = pass.Workspace.Take(_state.Tokens.Shape);
        Unread(pass, _distilledHead, half, _second, TokenRange.One(1), dOther);
        pass.Device.Axpby(new(1, dOther, 1, dTokens));
        return dTokens;
    }

    private TokenRange Pooled(int tokens) => _shape.Variant.Readout switch
    {
        Readout.PatchMean or Readout.NormedPatchMean => new TokenRange(_shape.Extra, tokens - _shape.Extra),
        _ => _shape.ClassToken ? TokenRange.One(0) : new TokenRange(0, tokens),
    };

    private Reading Read(in ForwardPass pass, in TokenRange range)
    {
        var (device, work) = (pass.Device, pass.Workspace);
        Shape pooled = new(_state.Batch, _state.Dim);
        var features = work.Take(pooled);
        if (NormsFirst)
        {
            var (rows, row) = (_state.Rows, new Shape(_state.Batch * _state.Count));
            Tensor normalised = work.Take(rows.Shape), mean = work.Take(row), rstd = work.Take(row);
            _norm.Forward(device, rows, normalised, mean, rstd);
            device.PoolTokens(new(normalised.View(_state.Tokens.Shape), _state.Sizes, range, features));
            return new Reading(rows, mean, rstd, features);
        }

        Shape one = new(_state.Batch);
        Tensor vectors = work.Take(pooled), means = work.Take(one), rstds = work.Take(one);
        device.PoolTokens(new(_state.Tokens, _state.Sizes, range, vectors));
        _norm.Forward(device, vectors, features, means, rstds);
        return new Reading(vectors, means, rstds, features);
    }

    private void Unread(
        in ForwardPass pass, LinearLayer head, in Tensor dLogits, in Reading reading, in TokenRange range, in Tensor dTokens)
    {
        var (device, work) = (pass.Device, pass.Workspace);
        var dFeatures = work.Take(reading.Features.Shape);
        head.Backward(device, dLogits, reading.Features, dFeatures);
        if (NormsFirst)
        {
            var dNormalised = work.Take(_state.Tokens.Shape);
            device.PoolTokensBackward(new(dFeatures, _state.Sizes, range, dNormalised));
            _norm.Backward(
                device, dNormalised.View(reading.Normed.Shape), reading.Normed, reading.Mean, reading.Rstd,
                dTokens.View(reading.Normed.Shape), accumulate: false);
            return;
        }

        var dPooled = work.Take(reading.Normed.Shape);
        _norm.Backward(device, dFeatures, reading.Normed, reading.Mean, reading.Rstd, dPooled, accumulate: false);
        device.PoolTokensBackward(new(dPooled, _state.Sizes, range, dTokens));
    }

    /// <param name="Normed">What the norm read.</param>
    /// <param name="Features">What the head read, [B, C].</param>
    private readonly record struct Reading(Tensor Normed, Tensor Mean, Tensor Rstd, Tensor Features);
}
