package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

func newTokenCommand() *cobra.Command {
	cfg := app.DefaultConfig()
	var shopID, role, subject string
	var ttl time.Duration
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make a token for a visitor or a member of staff of one shop",
		Long: `Make a token for a visitor or a member of staff of one shop.

It is signed with the server's key, so run this where the key is. A token
cannot be called back before it expires: keep --ttl short for visitors.`,
		Example: `  honeyguide token --shop demo --role visitor --subject v-42 --ttl 30m
  honeyguide token --shop demo --role agent --subject xiaowang --ttl 12h
  honeyguide token --shop demo --role supervisor --subject laochen --ttl 12h`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			signer, err := openSigner(cfg)
			if err != nil {
				return err
			}
			token, err := signer.Mint(auth.Identity{Shop: shop.ID(shopID), Role: auth.Role(role), Subject: subject}, ttl)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&shopID, "shop", "", "the `shop` that the token belongs to")
	fs.StringVar(&role, "role", "visitor", "visitor, agent, supervisor, editor or admin")
	fs.StringVar(&subject, "subject", "", "`who` it is for: the visitor's id or the member of staff")
	fs.DurationVar(&ttl, "ttl", time.Hour, "how long it is valid")
	fs.StringVar(&cfg.Data, "data", cfg.Data, "`folder` of the server's data")
	fs.StringVar(&cfg.Key, "key-file", cfg.Key, "`file` of the server's key (default: token.key in --data)")
	for _, name := range []string{"shop", "subject"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}

func openSigner(cfg app.Config) (*auth.Signer, error) {
	key, err := auth.LoadOrCreateKey(cmp.Or(cfg.Key, filepath.Join(cfg.Data, app.KeyFile)))
	if err != nil {
		return nil, err
	}
	return auth.NewSigner(key, time.Now)
}
