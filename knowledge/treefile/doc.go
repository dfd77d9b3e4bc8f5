// Package treefile reads trees from the YAML files in which editors write and
// review them, and test questions from TSV files.
//
// A tree file is one YAML document in UTF-8:
//
//	honeyguide: 1               # version of this format, required
//	title: 示例店铺               # shown to staff
//	locale: zh-CN               # BCP 47, required: the language of every text
//	welcome: 您好，请问有什么可以帮您？
//	suggest: [returns]          # nodes offered with the welcome
//	dictionary: [七天无理由]      # words that segmentation keeps whole
//	synonyms: [[快递, 包裹]]      # groups of words that mean the same here
//	slots:                      # facts to ask for; their order is kept
//	  signed_by:
//	    title: 签收方式           # shown to agents
//	    type: choice            # choice, yesno, number or text; required
//	    ask: 请问是谁签收的？
//	    options:                # of a choice
//	      - id: locker          # required
//	        label: 快递柜         # required
//	        similar: [自提柜]
//	  days:
//	    title: 签收后天数
//	    type: number            # whole numbers
//	    ask: 签收后第几天了？
//	    unit: 天
//	    min: 0                  # 0 unless given
//	    max: 3650               # 1000000000 unless given
//	nodes:                      # required
//	  - id: returns             # required
//	    title: 退货              # required
//	    question: 我要退货        # the standard question
//	    similar: [想退货]         # other ways to ask it
//	    negative: [不退货]        # look close, but must not reach this node
//	    ask: [days, signed_by]  # a slot or several, asked for in this order
//	    branches:               # the first whose condition holds is followed
//	      - when: days <= 7 || signed_by == "locker"
//	        to: returns.in_time # required
//	      - to: returns.late    # the last one has no condition
//	    children:               # nodes, as deep as knowledge.MaxDepth
//	      - id: returns.in_time
//	        title: 可以退
//	        answer: 可以退。
//	        rules: [《规定》第十条（2017-03-15起施行）]
//	        tags: [returns]
//	        valid: {from: 2026-01-01, until: 2027-01-01T00:00:00+08:00}
//	      - id: returns.late
//	        title: 超过期限
//	        handoff: {skill: returns, priority: 5} # 0, normal, to 9
//
// What the keys mean is said at [knowledge.Document], [knowledge.Node] and
// [knowledge.Slot]; conditions are those of package condition. A date without
// a time is its first moment in UTC. Any scalar is taken for text as it is
// written, so that 12306 needs no quotes. Anchors, aliases, tags and several
// documents in a file are refused: a file means what it shows.
//
// # Problems
//
// Everything that is wrong with a file is reported, with line and column, not
// just the first thing. Besides the rules of package lint there are:
//
//	alias-not-allowed           an anchor or alias of YAML
//	bad-date                    neither 2006-01-02 nor RFC 3339
//	bad-yaml                    not YAML; nothing more can be said about the file
//	control-characters          in the file itself, with the same consequence
//	duplicate-key               the first one counts
//	empty                       there is no document
//	missing-key                 a required key
//	multiple-documents          more than one document
//	not-utf8                    another encoding
//	tag-not-allowed             a tag of YAML, such as !!binary
//	too-deep                    nodes nested beyond all reason
//	too-large                   more than knowledge.MaxDocumentSize bytes
//	unknown-key                 with the known key it may be meant for
//	unreadable                  no such file, a directory, or no permission
//	unsupported-format-version  honeyguide is not 1
//	wrong-type                  such as a list where text is expected
//
// and in files of test questions:
//
//	bad-expectation             neither node ids nor !none or !human
//	bad-header                  the first line does not name the columns
//	empty-question              a row without an utterance
//
// It is the only package that imports go.yaml.in/yaml.
package treefile
