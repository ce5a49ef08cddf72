"""The words around a task in a sentence that changes it: all that may stand there unexplained."""

from services.assistant.language.lexicon.vocabulary import LEVELS, word_set

# Words that carry nothing: articles, pronouns, pleas, greetings, and words for tasks in general.
# Never one that takes something away: of exception, negation, wish, condition, or nearly so.
NOTHING = word_set(
    """a an the my our your his her their its this that these those it one ones of to for from in on
    at by with about into onto as is are was were be been has have had having i i'm i've i'd i'll
    we we've you me us he she they they're him them there here am and also too now just already
    finally really s ve d m please pls plz kindly thanks thank thx ty cheers hi hello hey ok okay
    so well oh oops sorry actually yes yeah yep great cool alright right can could would will let's
    let mind want need like make sure go ahead help time think task tasks todo todos to-do item
    items entry entries thing things list called named titled new old again then first next last
    any more instead away both all every everything each today's quickly simply maybe which
    whatever what two three four five assistant app got do did does don quick u ya however
    regarding concerning"""
)
_CHOOSING = """due overdue open done completed complete finished tagged labelled labeled tag tags
    label priority prio dated late past date whose important urgent"""
_FRAMES = {
    "complete": """mark marked set put get call check checked tick ticked cross crossed off out up
        finish resolve wrap wrapped close strike x ready over through taken took care dealt handled
        handle managed sorted behind way consider is're round around even job successfully""",
    "delete": """delete deleted remove removed erase erased trash bin scrap dump discard del rm wipe
        clear purge ditch axe kill nuke get rid drop cancel forget throw toss strike kick take off
        out longer not no don't needed relevant necessary obsolete anymore must should has because
        since cancelled canceled""",
    "add": """add create insert enter log track remember put write note jot down separate""",
    "remind": """remind reminder reminders reminded ping nudge alert notify wake warn poke prompt
        buzz message alarm alarms alerts notification notice set create schedule put give move
        change push shift reschedule postpone delay update bring adjust switch pull snooze until
        till back forward earlier later sooner before ahead advance prior early when due starts be
        add same day beforehand ring come should must needs rather than different morning afternoon
        evening night off up""",
    "due": """finish close have returned move moved postpone postponed reschedule rescheduled
        re-schedule push pushed shift delay delayed defer extend schedule scheduled bring
        put off pull advance prepone adjourn rebook set change give update switch adjust get
        add deadline deadlines dates day days until till back forward ahead earlier later
        sooner wait should must needs gets comes another same correct fix up""",
    "priority": """set mark change put turn switch give assign move bump raise lower flag rate
        prioritise prioritize update keep drop downgrade upgrade down up increase decrease reduce
        deprioritise deprioritize very only should must needs gets becomes become say importance
        super quite level that's""",
    "tags": """hashtag hashtags category untag add put attach stick give apply assign set remove
        delete drop take clear strip get rid lose off out change replace switch swap rename needs
        gets should belongs under wants doesn't not no longer loses labels""",
    "description": """note notes description descriptions detail details comment comments desc add
        attach write put append leave set change update edit replace saying says say reads read
        enter describe down give needs gets should clear remove delete erase empty drop wipe get rid
        take out off under quick short""",
    "title": """rename retitle reword rephrase relabel rewrite call name title wording text change
        set edit update correct fix adjust alter turn replace modify switch should must needs say
        says read reads becomes become became turned swap append add attach put tack prepend front
        start end beginning not word goes made typo""",
    "reopen": """reopen re-open uncheck untick unmark uncomplete un-complete restore reactivate
        resume mark set put change move turn switch bring get back not undone unfinished incomplete
        active yet pending undo revert take being completion never failed isn't didn't wasn't
        haven't hasn't aren't weren't needs after redo must off finishing completing marking still
        up""",
}
_NO_MORE = """no not don't dont stop longer without never cancel delete remove clear turn switch
    unset forget drop kill disable deactivate take off out get rid mute silence skip dismiss needs
    doesn't should shouldn't bother strip remember unschedule erase leave wanted being anymore"""
_FRAMES["unremind"] = f"{_FRAMES['remind']} {_NO_MORE}"
_FRAMES["undue"] = f"{_FRAMES['due']} {_NO_MORE}"
FRAMES = {kind: word_set(f"{words} {_CHOOSING}") for kind, words in _FRAMES.items()}
FRAMES["priority"] = FRAMES["priority"].union(*LEVELS.values())
# Words of a place in a list, once one was shown.
PLACES = word_set(
    """second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth 1st 2nd 3rd 4th
    5th 6th 7th 8th 9th 10th number no nr top bottom"""
) | {str(number) for number in range(1, 100)}
# What says that something is done, beside a verb in the past.
DONE = word_set(
    """done finished finish complete completed resolve ready over through check checked tick ticked
    cross crossed strike close wrap wrapped x care behind"""
)
# After these a verb in the past says what became of the task, not what somebody did.
BECAME = word_set("is are was were be been being has have had did got get gets is're")
# Words of a sentence that tells or asks something, and is no thing to do.
TELLS = word_set(
    """i you we it is are was what how who why when it's i'm only there that do does did see talk
    have so too very can could would should might may will be been busy tired nobody everybody
    everyone lots"""
)
# Words that turn a sentence round.
TURNS = word_set(
    """except but apart besides excluding other than not never no nothing none nobody almost nearly
    barely wish hope if unless when while once until case skip ignore forgot forgotten failed closed
    off can't cannot couldn't won't wouldn't don't didn't doesn't isn't aren't wasn't haven't
    hasn't shouldn't"""
)
# Words that speak of the list, or of what was: a sentence with one of them is no new thing to do.
OF_THE_LIST = word_set(
    """i've everything all tasks date dates deadline deadlines priority reminder reminders it them
    swap should"""
)
