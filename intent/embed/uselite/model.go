package uselite

import "fmt"

// model holds the weights. Matrices are kept one row for each output.
type model struct {
	shape
	embedding []float32
	frequency []float32 // of the sines and cosines that mark a position
	layers    [2]layer
	output    linear
}

// newModel returns a model without weights.
func newModel(s shape) *model {
	m := &model{shape: s}
	m.layers[0].width, m.layers[1].width = int(s.Embedding), int(s.Hidden)
	m.layers[0].residual = new(linear)
	return m
}

// layer is one layer of the transformer. The residual of the first goes
// through a linear map of its own, because that layer widens its input.
type layer struct {
	width    int // of its input
	before   layerNorm
	qkv      linear // queries, keys and values, one after the other
	attended linear
	residual *linear // nil where the input is added as it is
	between  layerNorm
	filter   linear
	unfilter linear
}

// linear has one row of weights, and one bias, for each output.
type linear struct{ weights, bias []float32 }

// layerNorm scales and shifts what was brought to mean 0 and variance 1.
type layerNorm struct{ scale, bias []float32 }

// tensor says where one tensor stands: in the published graph and in a model.
type tensor struct {
	name   string // in the published graph
	shape  []int  // there
	matrix bool   // there the last two dimensions are inputs, outputs; here outputs, inputs
	data   *[]float32
}

func (t tensor) size() int {
	n := 1
	for _, d := range t.shape {
		n *= d
	}
	return n
}

// Parts of names in the published graph.
const (
	encoder  = "module/Encoder_en/"
	encode   = "module_apply_default/Encoder_en/KonaTransformer/Encode/"
	stack    = encode + "TransformerStack/"
	concat   = "/ConcatPartitions/concat"
	timing   = stack + "Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1"
	rowsName = "module/Embeddings_en"
)

// tensors lists the tensors of m in the order of weights.bin.
func (m *model) tensors() []tensor {
	embedding, hidden := int(m.Embedding), int(m.Hidden)
	list := []tensor{
		{rowsName, []int{int(m.Rows), embedding}, false, &m.embedding},
		{timing, []int{1, embedding / 2}, false, &m.frequency},
	}
	for i := range m.layers {
		list = append(list, m.layers[i].tensors(i, hidden, int(m.Filter))...)
	}
	const tanh = encoder + "hidden_layers/tanh_layer_0/"
	return append(list,
		tensor{tanh + "weights", []int{hidden, hidden}, true, &m.output.weights},
		tensor{tanh + "bias", []int{hidden}, false, &m.output.bias},
	)
}

func (l *layer) tensors(i, hidden, filter int) []tensor {
	var (
		plain   = fmt.Sprintf("%sLayer_%d/TransformerLayer/", encode, i)
		stacked = fmt.Sprintf("%sLayer_%d/TransformerLayer/", stack, i)
		kernel  = fmt.Sprintf("%sKonaTransformer/Encode/Layer_%d/TransformerLayer/MultiheadAttention/", encoder, i)
		heads   = plain + "MultiheadAttention/"
	)
	const (
		scale = "layer_prepostprocess/layer_norm/layer_norm_scale" + concat
		bias  = "layer_prepostprocess/layer_norm/layer_norm_bias" + concat
	)
	list := []tensor{
		{plain + scale, []int{l.width}, false, &l.before.scale},
		{plain + bias, []int{l.width}, false, &l.before.bias},
		{kernel + "qkv_transform_single/kernel/part_0", []int{1, 1, l.width, 3 * l.width}, true, &l.qkv.weights},
		{heads + "qkv_transform_single/bias" + concat, []int{3 * l.width}, false, &l.qkv.bias},
		{kernel + "output_transform_single/kernel/part_0", []int{1, 1, l.width, hidden}, true, &l.attended.weights},
		{heads + "output_transform_single/bias" + concat, []int{hidden}, false, &l.attended.bias},
	}
	if l.residual != nil {
		list = append(list,
			tensor{plain + "dense/kernel" + concat, []int{l.width, hidden}, true, &l.residual.weights},
			tensor{plain + "dense/bias" + concat, []int{hidden}, false, &l.residual.bias},
		)
	}
	return append(list,
		tensor{plain + "FFN/" + scale, []int{hidden}, false, &l.between.scale},
		tensor{plain + "FFN/" + bias, []int{hidden}, false, &l.between.bias},
		tensor{stacked + "FFN/conv1/Tensordot/Reshape_1", []int{hidden, filter}, true, &l.filter.weights},
		tensor{plain + "FFN/conv1/bias" + concat, []int{filter}, false, &l.filter.bias},
		tensor{stacked + "FFN/conv2/Tensordot/Reshape_1", []int{filter, hidden}, true, &l.unfilter.weights},
		tensor{plain + "FFN/conv2/bias" + concat, []int{hidden}, false, &l.unfilter.bias},
	)
}
