"""The two ends of a reply in the database, and the claim that is held between them."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from database import Database
from enumerations import Role
from errors import ConversationBusy, ReplyInterrupted, RequestRunning
from models import Conversation, Message
from repositories.conversations import Claim, ConversationRepository
from repositories.idempotency import IdempotencyRepository
from repositories.storage import Storage
from schemas.conversations import MessageRead, ToolUse
from schemas.idempotency import RequestKey
from services.assistant.core.engine import Past
from services.chat.conversations import found
from services.chat.reply import Reply
from services.chat.shown import stored
from services.clock import now
from services.storage import charge, make_room, size_of

TITLE_LENGTH = 60
# What an engine is told of a conversation: enough for what people refer to, and little to pay for.
HISTORY_MESSAGES = 20
HISTORY_CHARACTERS = 12_000
# Longer results of earlier replies are not told, so they take no more of it.
RESULT_CHARACTERS = 2_000


@dataclass(frozen=True)
class Opening:
    """A message that was stored, and what was said before it."""

    conversation_id: uuid.UUID
    title: str
    history: Sequence[Past]


async def begin(
    database: Database,
    user_id: str,
    said: str,
    conversation_id: uuid.UUID | None,
    claim: Claim,
    key: RequestKey | None = None,
) -> Opening:
    """Store a message and claim its conversation, in one transaction.

    Args:
        conversation_id: None begins a conversation, with the message as its title.
        key: under which the request may be repeated.

    Raises:
        RequestRunning: the same request came in between.
        KeyReused: the key was given to another request.
        ConversationNotFound: the user has no such conversation.
        ConversationBusy: a reply is being given in it.
        TooManyConversations, TooMuchStored: there is no room for more of this user's.
        DatabaseUnavailable: nothing was stored.
    """
    async with database.write() as session:
        repository = ConversationRepository(session, user_id)
        new_id = uuid.uuid4()
        if key:
            await _take(session, user_id, key, claim, conversation_id or new_id)
        if conversation_id is None:
            conversation = _new(new_id, user_id, said)
            # What is said in reply is let in: it is bounded, and lost otherwise.
            more = Storage(conversations=1, bytes=size_of(said, conversation.title))
            await make_room(session, user_id, more)
            await repository.add(conversation)
        else:
            conversation = found(await repository.get_for_update(conversation_id), conversation_id)
            await make_room(session, user_id, Storage(bytes=size_of(said)))
        if not await repository.claim(conversation, claim):
            raise ConversationBusy
        earlier = await repository.messages(conversation.id, HISTORY_MESSAGES)
        _say(
            repository, conversation, Message(id=uuid.uuid4(), role=Role.USER, text=said, tools=[])
        )
        await session.commit()
        past = [
            Past(Role(each.role), each.text, [ToolUse.model_validate(use) for use in each.tools])
            for each in earlier
        ]
        return Opening(conversation.id, conversation.title, bounded(past))


async def repeated(database: Database, user_id: str, key: RequestKey) -> Reply | None:
    """Return the reply that a request was given before, or None when it is the first.

    Raises:
        RequestRunning: the reply is still being given.
        ReplyInterrupted: whoever gave it died over it.
        KeyReused: the key was given to another request.
        ConversationNotFound: the conversation was deleted meanwhile.
    """
    async with database.read() as session:
        held = await IdempotencyRepository(session, user_id).get(key, now())
        if held is None or held.conversation_id is None:
            return None
        repository = ConversationRepository(session, user_id)
        conversation = found(await repository.get(held.conversation_id), held.conversation_id)
        message = await repository.message(held.conversation_id, held.answer_id)
        if message:
            stored = MessageRead.model_validate(message)
            return Reply.again(conversation.id, conversation.title, stored)
        if conversation.replying == held.answer_id.hex and await repository.is_claimed(
            conversation
        ):
            raise RequestRunning
        raise ReplyInterrupted


async def renew(database: Database, user_id: str, conversation_id: uuid.UUID, claim: Claim) -> bool:
    """Prolong a claim; return False when it is no longer held."""
    async with database.write() as session:
        renewed = await ConversationRepository(session, user_id).renew(conversation_id, claim)
        await session.commit()
        return renewed


async def end(database: Database, user_id: str, claim: Claim, reply: Reply) -> Message:
    """Store a reply, whole or as far as it came, and give its claim back, in one transaction.

    Raises:
        ConversationNotFound: the conversation was deleted meanwhile.
        DatabaseUnavailable: nothing was stored.
    """
    async with database.write() as session:
        repository = ConversationRepository(session, user_id)
        found_one = await repository.get_for_update(reply.conversation_id)
        conversation = found(found_one, reply.conversation_id)
        message = Message(
            id=reply.id,
            role=Role.ASSISTANT,
            text=reply.text,
            tools=stored(list(reply.uses.values())),
            problem=reply.problem.body() if reply.problem else None,
            choices=reply.choices or None,
        )
        before = conversation.stored_bytes
        _say(repository, conversation, message)
        charge(session, user_id, Storage(bytes=conversation.stored_bytes - before))
        if conversation.replying == claim.holder:
            conversation.replying = conversation.replying_until = None
        await session.commit()
        return message


def title_of(said: str) -> str:
    """Return the first words of a message, on one line, as a title."""
    words = " ".join("".join(each if each.isprintable() else " " for each in said).split())
    if len(words) <= TITLE_LENGTH:
        return words or "Conversation"
    head, _, rest = words[:TITLE_LENGTH].rpartition(" ")
    return f"{head or rest}…"


def bounded(history: Sequence[Past]) -> Sequence[Past]:
    """Return the last messages that fit into what an engine is told."""
    left = HISTORY_CHARACTERS
    for index in range(len(history) - 1, -1, -1):
        left -= len(history[index].text) + _told_of(history[index])
        if left < 0:
            return history[index + 1 :]
    return history


async def _take(
    session: AsyncSession,
    user_id: str,
    key: RequestKey,
    claim: Claim,
    conversation_id: uuid.UUID,
) -> None:
    keys = IdempotencyRepository(session, user_id)
    if not await keys.take(key, now(), uuid.UUID(hex=claim.holder), conversation_id):
        await keys.get(key, now())
        raise RequestRunning


def _told_of(past: Past) -> int:
    return sum(
        len(json.dumps(use.arguments)) + min(len(json.dumps(use.result)), RESULT_CHARACTERS)
        for use in past.tools
    )


def _new(conversation_id: uuid.UUID, user_id: str, said: str) -> Conversation:
    moment = now()
    return Conversation(
        id=conversation_id,
        user_id=user_id,
        title=title_of(said),
        message_count=0,
        stored_bytes=0,
        created_at=moment,
        updated_at=moment,
        replying=None,
        replying_until=None,
    )


def _say(repository: ConversationRepository, conversation: Conversation, message: Message) -> None:
    message.created_at = conversation.updated_at = now()
    repository.add_message(conversation, message)
