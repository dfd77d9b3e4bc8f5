package treefile_test

import (
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

func ExampleLint() {
	const data = `honeyguide: 1
locale: zh-CN
nodes:
  - id: returns
    title: 退货
    questoin: 我要退货
    branches:
      - when: days <= 7
        to: returns.in_time
`
	for _, problem := range treefile.Lint("shop.yaml", []byte(data)) {
		fmt.Println(problem)
	}
	// Output:
	// shop.yaml:6:5: unknown-key: there is no key "questoin" here, is question meant?
	// shop.yaml:8:9: condition-not-exhaustive: the last branch of returns has a condition; it must have none, for when no other holds
	// shop.yaml:8:15: bad-condition: column 1: there is no slot days
	// shop.yaml:9:13: dangling-reference: there is no node "returns.in_time"
}
