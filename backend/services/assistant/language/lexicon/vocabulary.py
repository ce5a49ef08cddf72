"""Lists of words."""


def words_in_order(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, to look one up."""
    return frozenset(words_in_order(text))


# What people do to their tasks, in the past: the ending alone does not lead back to the verb.
IRREGULAR = {
    "bought": "buy", "paid": "pay", "payed": "pay", "sent": "send", "sold": "sell", "got": "get",
    "gotten": "get", "did": "do", "done": "do", "made": "make", "took": "take", "taken": "take",
    "wrote": "write", "written": "write", "went": "go", "gone": "go", "gave": "give",
    "given": "give", "brought": "bring", "built": "build", "caught": "catch", "chose": "choose",
    "chosen": "choose", "drew": "draw", "drove": "drive", "driven": "drive", "ate": "eat",
    "eaten": "eat", "fed": "feed", "found": "find", "flew": "fly", "forgot": "forget",
    "had": "have", "heard": "hear", "held": "hold", "kept": "keep", "learnt": "learn",
    "left": "leave", "lent": "lend", "lost": "lose", "met": "meet", "rang": "ring", "rung": "ring",
    "ran": "run", "said": "say", "saw": "see", "seen": "see", "sang": "sing", "sewn": "sew",
    "shown": "show", "slept": "sleep", "spoke": "speak", "spoken": "speak", "spent": "spend",
    "stood": "stand", "swept": "sweep", "swam": "swim", "swum": "swim", "taught": "teach",
    "told": "tell", "thought": "think", "threw": "throw", "thrown": "throw", "woke": "wake",
    "wore": "wear", "won": "win", "wound": "wind", "hung": "hang", "fixt": "fix", "dug": "dig",
    "began": "begin", "begun": "begin", "came": "come", "grew": "grow", "sought": "seek",
    "shot": "shoot", "laid": "lay", "led": "lead", "mown": "mow", "hid": "hide",
}  # fmt: skip
# Forms that are the verb itself as well: "cut the hedge", "read chapter 7".
UNCHANGED = word_set(
    "read put set cut hit let shut cost bet quit rid spread split hurt burst cast beat"
)
# Words that tell no task from another, in a title as in what is said of it.
FUNCTION = word_set(
    """a an the my our your his her their its this that these those some any all both of to for from
    in on at by with about into onto off out up over and or as is are was were be been being has
    have had having do does did i i'm i've i'd we we've you he she it they me us him them there
    here am so then than not no please pls plz s ll ve d re m t"""
)
# Words that speak of tasks in general, or fill a sentence; where a title has one, it counts.
FILLER = word_set(
    """task tasks one ones thing things item items todo todos to-do entry entries stuff again now
    just already finally really also too still yet only well anymore longer list lists got get gets
    getting old new other back away whole actual called named titled concerning regarding"""
)
# What people have to do: a title that starts so starts with a verb.
VERBS = word_set(
    """answer apply arrange ask assemble attend back backup bake bring brush build buy book call
    cancel change charge check choose clean climb collect compare contact cook copy cut decide
    declutter decorate deliver deposit descale develop discuss donate download draft draw drink
    drive drop dust eat email e-mail empty enrol enroll exchange exercise fetch figure file fill
    fix fold follow format get give glue go grab grow hand hang harvest help hire host hoover
    install insure investigate invite iron join lend learn load look mail make measure meet
    mend mop mow oil open order organise organize pack paint park pay phone pick plan plant
    polish post practise practice prepare print proofread prune purchase put rake read rearrange
    receive recharge record recycle refill refund register renew rent repair replace reply report
    request research respond return review ring run save scan schedule search see sell send service
    sew sharpen shave ship shop sign solve sort speak store study submit subscribe
    sweep swap take talk teach tell test text thank tidy top train transfer treat trim turn type
    unpack update upload vacuum visit vote wake walk wash watch water weed weigh wipe work wrap
    write"""
)

# What people call a priority.
LEVELS = {
    "high": word_set("high highest top hi urgent important"),
    "normal": word_set("medium normal mid middle regular default med"),
    "low": word_set("low lowest lo unimportant minor"),
}

# Words of questions about the list.
ASKING = word_set(
    """what whats which when where who how many much show display see view find search look looks
    pull bring read tell give print check open every everything anything something left due need
    needs want today's overview summary remaining remain remains pending outstanding coming next
    planned scheduled should must can could would will mind showing agenda plate plan schedule day
    related say says saying contain contains containing mention mentions mentioning include
    includes including else most time finished done completed complete right currently remind
    entire full number count to-dos dos word words deadline deadlines date dates set late hey hi
    going ahead through work start first far happening exactly moment quick quickly actually
    supposed filter know whatever tagged tag tags label labelled labeled priority prio prios
    between until till before after since like free busy reminder reminders finish accomplish
    manage"""
).union(FUNCTION, FILLER)

# Commands and days that a misspelt word may have been.
COMMANDS = word_set(
    """delete remove complete finish rename reschedule postpone remind remember change move mark
    tick show list find search create tomorrow monday tuesday wednesday thursday friday saturday
    sunday today january february april august september october november december about priority
    description reminder overdue reopen finished completed schedule cancel snooze"""
)
