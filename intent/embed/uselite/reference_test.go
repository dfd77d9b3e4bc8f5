package uselite

import (
	"fmt"
	"math"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/embed/uselite/uselitetest"
)

// reference computes what the published graph computes, operation by operation
// and in double precision, straight from the tensors of the tarball.
type reference struct {
	t *testing.T
	m *uselitetest.Model
}

type matrix [][]float64

func (r reference) vector(ids []int32) []float64 {
	x := r.marked(ids)
	for layer := range 2 {
		name := fmt.Sprintf("/Layer_%d/TransformerLayer/", layer)
		residual := x
		if layer == 0 {
			residual = r.linear(x, name+"dense/kernel/ConcatPartitions/concat", name+"dense/bias/ConcatPartitions/concat")
		}
		attended := r.attention(r.norm(x, "KonaTransformer/Encode"+name), name)
		x = sum(attended, residual)
		fed := r.norm(x, "KonaTransformer/Encode"+name+"FFN/")
		fed = r.linear(fed, name+"FFN/conv1/Tensordot/Reshape_1", name+"FFN/conv1/bias/ConcatPartitions/concat")
		for _, row := range fed {
			for i, v := range row {
				row[i] = math.Max(v, 0)
			}
		}
		fed = r.linear(fed, name+"FFN/conv2/Tensordot/Reshape_1", name+"FFN/conv2/bias/ConcatPartitions/concat")
		x = sum(fed, x)
	}
	mean := make([]float64, len(x[0]))
	for _, row := range x {
		for i, v := range row {
			mean[i] += v / float64(len(x))
		}
	}
	out := r.linear(matrix{mean}, "tanh_layer_0/weights", "tanh_layer_0/bias")[0]
	length := 0.0
	for i, v := range out {
		out[i] = math.Tanh(v)
		length += out[i] * out[i]
	}
	for i := range out {
		out[i] /= math.Sqrt(length)
	}
	return out
}

func (r reference) marked(ids []int32) matrix {
	table := r.m.Tensor(r.t, "Embeddings_en")
	frequency := r.m.Tensor(r.t, "TimingSignal/ExpandDims_1").Data
	width := table.Shape[1]
	x := make(matrix, len(ids))
	for t, id := range ids {
		x[t] = make([]float64, width)
		for i := range x[t] {
			angle := float64(t) * float64(frequency[i%(width/2)])
			mark := math.Sin(angle)
			if i >= width/2 {
				mark = math.Cos(angle)
			}
			x[t][i] = 2*float64(table.Data[int(id)*width+i]) + mark
		}
	}
	return x
}

func (r reference) linear(x matrix, weights, bias string) matrix {
	w, b := r.m.Tensor(r.t, weights), r.m.Tensor(r.t, bias)
	outputs := w.Shape[len(w.Shape)-1]
	y := make(matrix, len(x))
	for t, row := range x {
		y[t] = make([]float64, outputs)
		for o := range y[t] {
			y[t][o] = float64(b.Data[o])
			for i, v := range row {
				y[t][o] += v * float64(w.Data[i*outputs+o])
			}
		}
	}
	return y
}

func (r reference) norm(x matrix, name string) matrix {
	name += "layer_prepostprocess/layer_norm/layer_norm_"
	scale, bias := r.m.Tensor(r.t, name+"scale/ConcatPartitions/concat"), r.m.Tensor(r.t, name+"bias/ConcatPartitions/concat")
	y := make(matrix, len(x))
	for t, row := range x {
		mean, variance := 0.0, 0.0
		for _, v := range row {
			mean += v / float64(len(row))
		}
		for _, v := range row {
			variance += (v - mean) * (v - mean) / float64(len(row))
		}
		y[t] = make([]float64, len(row))
		for i, v := range row {
			y[t][i] = (v-mean)/math.Sqrt(variance+1e-6)*float64(scale.Data[i]) + float64(bias.Data[i])
		}
	}
	return y
}

func (r reference) attention(x matrix, name string) matrix {
	name += "MultiheadAttention/"
	width := len(x[0])
	qkv := r.linear(x, name+"qkv_transform_single/kernel/part_0", name+"qkv_transform_single/bias/ConcatPartitions/concat")
	size := width / uselitetest.Heads
	y := make(matrix, len(x))
	for t := range x {
		y[t] = make([]float64, width)
		for i := range y[t] {
			head := i / size * size
			total := 0.0
			for other := range x {
				score := 0.0
				for j := head; j < head+size; j++ {
					score += qkv[t][j] * qkv[other][width+j]
				}
				weight := math.Exp(score / math.Sqrt(float64(size)))
				total += weight
				y[t][i] += weight * qkv[other][2*width+i]
			}
			y[t][i] /= total
		}
	}
	return r.linear(y, name+"output_transform_single/kernel/part_0", name+"output_transform_single/bias/ConcatPartitions/concat")
}

func sum(x, y matrix) matrix {
	z := make(matrix, len(x))
	for t := range x {
		z[t] = make([]float64, len(x[t]))
		for i := range z[t] {
			z[t][i] = x[t][i] + y[t][i]
		}
	}
	return z
}
