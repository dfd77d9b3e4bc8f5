package dialog_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/boltstore"
	"github.com/honeyguide-chat/honeyguide/dialog/releases"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	knowledgestore "github.com/honeyguide-chat/honeyguide/knowledge/boltstore"
)

// A program of its own loads a tree, asks, walks down it and hands over,
// without any server.
func Example() {
	ctx := context.Background()
	tree := must(os.ReadFile("testdata/example.yaml"))
	dir := must(os.MkdirTemp("", "honeyguide"))
	defer os.RemoveAll(dir)
	db := must(bbolt.Open(filepath.Join(dir, "honeyguide.db"), 0o600, nil))
	defer db.Close()

	catalog := live.New(must(knowledgestore.New(db)), time.Now, live.Options{})
	defer catalog.Close()
	must(catalog.Publish(ctx, "myshop", live.Draft{Source: tree, Author: "me"}))
	bot := dialog.NewService(must(must(boltstore.New(db, time.Now)).Stores()), releases.From(catalog), time.Now, rand.Text, dialog.Config{})
	desk := dialog.NewDesk(bot)

	session, _, err := bot.Start(ctx, dialog.StartRequest{Shop: "myshop", Visitor: "anna"})
	if err != nil {
		log.Fatal(err)
	}
	for i, text := range []string{"签收八天还能退货吗", "快递柜", "有短信", "转人工"} {
		reply := must(bot.Turn(ctx, dialog.TurnRequest{
			Shop: "myshop", Visitor: "anna", Session: session.ID, Turn: fmt.Sprint("turn-", i), Text: text,
		}))
		fmt.Println(reply.Decision, reply.Reason, reply.State)
	}
	waiting := must(desk.List(ctx, "myshop", "waiting", 0, 10))
	ticket := must(desk.Claim(ctx, "myshop", "agent-li", dialog.TicketRequest{Ticket: waiting[0].ID}))
	fmt.Println(ticket.State, ticket.Packet.Reason, ticket.Packet.Slots[0].Label)
	// Output:
	// ASK SLOT_NEEDED BOT
	// ASK SLOT_NEEDED BOT
	// ANSWER WALKED BOT
	// HANDOFF WISH_FOR_HUMAN WAITING
	// held WISH_FOR_HUMAN 快递柜代收
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
