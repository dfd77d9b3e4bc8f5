package wish

import "strings"

// englishStems are cheap to look for; a clause without any is no wish.
var englishStems = []string{
	"hum", "hoom", "huna", "agent", "rep", "operator", "real", "live", "person", "service", "support", "care",
	"staff", "team", "manager", "supervisor", "boss", "colleague", "advis", "specialist", "some", "any", "people", "bot",
	"machine", "ai", "a i", "automated", "computer", "transfer", "connect", "escalate", "speak", "talk",
}

// The English rules see a clause in lower case, its words parted by single
// spaces; "don't" is "don t".

var englishSlips = newPattern(`\b(?:hoomans?|huamn|hunam|humna|humam|hummans?)\b`)

var englishBlank = newPattern(
	`\bhuman (?:hairs?|errors?|rights|resources|size|sized|body|skin|made|readable|touch|food|shaped?|figures?|teeth)\b|\b(?:non|in) human\b|\binhuman\w*\b` +
		`|\b(?:travel|shipping|real estate|estate|delivery|cleaning|whitening|foaming|bleaching|oxidi[sz]ing|customs|insurance|letting|secret|free|ticket|booking|purchasing|user|forwarding) agents?\b` +
		`|\b(?:sales|customer service|service|support|brand|medical)? ?(?:agents?|representatives?|reps?) (?:fees?|commission|number|id|badge|discount|price)\b` +
		`|\brobot (?:vacuum|cleaner|hoover|mop|toy|arm|lawn ?mower|kit|dog|window)\w*\b|\brobots? (?:for|charger|battery|parts)\b` +
		`|\b(?:single|per|one|two|three|four|each|first|third|missing|wrong|different|same|another|other) persons?\b|\bin person\b|\bperson(?:al|alised|alized)\b`)

var englishClasses = strings.NewReplacer(
	"<human>", `(?:humans?(?: beings?)?|agents?|representatives?|reps?|operators?|(?:real|live|actual|living) (?:persons?|people|ones?|agents?|chat|support)|live (?:chat|support|help)|persons?|customer (?:services?|support|care)|customer service (?:agent|rep\w*|team|person)|support (?:agent|team|staff|person)|service (?:agent|rep\w*)|team member|staff member|staff|manager|supervisor|your (?:boss|team|support|colleagues?)|advis[oe]r|specialist)`,
	"<somebody>", `(?:someone|somebody|anyone|anybody|some one|any one|people)`,
	"<hello>", `(?:(?:please|pls|plz|hi|hello|hey|yo|ok|okay|just|now|can i|could i|may i|i said|no|sir|excuse me) )*`,
	"<bye>", `(?: (?:please|pls|plz|now|thanks|thank you|asap|already|here|there|available|online|right now|today|quick|quickly|needed|required))*`,
	"<gap>", `(?: (?:to|with|over|through|on|onto|a|an|the|your|me|us|real|live|actual|some|any|of|from|your|please|with|this|call|chat|line|phone|in|touch|up|one|at|customer|service|support|care|company|shop|store|team|i|can|could|maybe|directly|straight|have|get|just|about it))*`,
	"<bot>", `(?:bots?|robots?|chat ?bots?|machines?|a i|ai|automated (?:system|message|reply|replies|response)s?|computers?)`,
)

var englishVetoes = compile(englishClasses,
	[2]string{"declines", `\b(?:don t|do not|no need|needn t|without|rather not|never|not) (?:want|need|like|wish|have|to|for|an?|talk|speak|transfer|connect|me|with|the|any|contacting|talking|speaking)*(?: (?:want|need|like|wish|have|to|for|an?|talk|speak|transfer|connect|me|with|the|any|talking|speaking))* <human>`},
	[2]string{"another's service", `\b(?:seller|merchant|vendor|store|shop|brand|courier|carrier|bank|manufacturer|ups|dhl|fedex|usps|their|his|her)(?: s)?(?: own)? (?:customer |support |service )?(?:agents?|reps?|representatives?|services?|support|care|manager|staff|operators?)\b`},
	[2]string{"asks how to reach it", `\b(?:services?|support|care|agents?|representatives?|manager|staff)(?: s)? (?:phone|telephone|number|email|e mail|mail|address|hours?|opening|time|line number|policy|name|salary|jobs?|hotline)\b|\b(?:number|email|hours|address|phone|hotline) (?:for|of) (?:your |the |a )*(?:customer|support|agents?)`},
	[2]string{"reports or complains", `<human> (?:said|says|told|tells|promised|was|were|is|has|had|did|didn t|doesn t|isn t|never|hung|lied|refused|keeps?|kept|already|ignored|left|gave|sent|yesterday|who (?:helped|said|told)|i (?:spoke|talked|chatted))\b`},
	[2]string{"reports a contact", `\b(?:spoke|talked|chatted|contacted|called|i ve spoken|have spoken|already asked|been talking|was talking)\b`},
	[2]string{"asks what it is", `^(?:are|is|am) (?:you|this|it|i)\b.*(?:<human>|<bot>)|^(?:what|who) (?:is|are|was) `},
	[2]string{"is one", `\b(?:i m|i am|as) an? <human>|\b(?:become|being|hire|hiring|job as|work as) an? <human>`},
)

var englishWishes = compile(englishClasses,
	[2]string{"the word alone", `^<hello>(?:an? |the |your |real |live |human |to |any |with )*<human><bye>$`},
	[2]string{"somebody alone", `^<hello>(?:(?:is|are) there |is |are |real |any )*<somebody>(?: (?:real|alive|human))?(?: (?:there|here|home|available|online|around|please|help))+$`},
	[2]string{"talk to a human", `\b(?:talk|talking|speak|speaking|chat|chatting|speek|discuss(?: this)?)(?: <gap>)?<gap> (?:<human>|<somebody>)\b`},
	[2]string{"pass me on", `\b(?:connect|transfer|transferred|put|pass|hand|switch|route|forward|redirect|escalate|patch|move)(?: (?:me|us|this|it|my \w+))?(?: (?:over|through|on))?<gap> (?:<human>|<somebody>)\b`},
	[2]string{"pass me to the staff", `\b(?:connect|transfer|put|pass|hand|switch|escalate)(?: (?:me|us|this|it))?(?: (?:over|through|on|up))? (?:to|with) (?:\w+ )?(?:support|colleagues?|staff|team)\b|^<hello>(?:transfer|connect|escalate)(?: (?:me|us|this))<bye>$`},
	[2]string{"human help", `^<hello>(?:i )?(?:need |want )?(?:some |a )?human (?:help|assistance|support)<bye>$`},
	[2]string{"whom can I speak to", `\bis(?:n t)? there (?:an? |any )?(?:person|someone|somebody|anyone|anybody)(?: that| who)? (?:i|we) can (?:talk|speak|chat) (?:to|with)\b|\bwho (?:can|could) i (?:talk|speak|chat) (?:to|with)\b`},
	[2]string{"get a human", `\b(?:can|could|would|will) you (?:please )?(?:get|call|find|fetch|bring)(?: (?:a|an|the|your|some|in))* <human>\b`},
	[2]string{"give me a human", `\b(?:get|give|find|send|bring|fetch) (?:me|us)(?: (?:to|a|an|the|your|some|real|live|actual|through|in touch with|hold of))* (?:<human>|<somebody>)\b`},
	[2]string{"want a human", `\b(?:want|wanna|need|demand|require|request|requesting|prefer|would like|d like|wish|like to have|can i (?:have|get)|could i (?:have|get)|may i have|let me have|i ll take)(?: (?:to|a|an|the|your|real|live|actual|some|help from|assistance from|support from|have|get|see|reach|contact|call|be|connected|transferred|with|by))* <human>\b`},
	[2]string{"want somebody to help", `\b(?:want|need|get|have|can|could|let|is there|are there|isn t there)(?: (?:me|us|a|real|any|please))* <somebody>(?: (?:real|human|who|that|else|to|from|your|the|team|support|can|could|please|there|here|i|at))* (?:help|talk|speak|assist|call|contact|chat|handle|deal|answer|look)\b`},
	[2]string{"reach customer service", `\b(?:contact|reach|call|ask for|how (?:do|can) i (?:get|find|reach|contact)|where is|where s)<gap> (?:<human>|support)<bye>$`},
	[2]string{"is a human there", `\b(?:is|are|isn t|aren t|do you have|have you|got) (?:there )?(?:an?|any|no|some|real|live|actual|your)*(?: (?:an?|any|no|some|real|live|actual|your))* ?(?:humans?|real person|real people|live agents?|live person|live chat|agents?|representatives?|operators?|<somebody> real|actual person)(?: (?:here|there|available|online|around|who|that|i|can|could|to|talk|speak|chat|with|please|on|working|at|all))*$`},
	[2]string{"no bot", `\b(?:don t|do not|not|stop|hate|tired of|sick of|fed up with|enough of|instead of|no more|rather than|without)(?: (?:want|wanna|like|to|talk|talking|speak|speaking|chat|chatting|with|a|an|the|this|your|these|stupid|dumb|using|some|another|wasting|my|time|deal|dealing))* <bot>(?: (?:please|anymore|any more|again|now|replies|answers|nonsense|stuff))*$|^no <bot><bye>$`},
)
