import { byteLength, isPlainText, Refusal } from '../core/index.ts'
import { MAX_BODY_BYTES } from './kinds.ts'

/** Why a message does not go, or is not taken. */
export type MessageCode =
  | 'no_grant_for_message'
  | 'messages_stopped'
  | 'message_limit_reached'
  | 'message_expired'
  | 'call_up_closed'

const sentences: Readonly<Record<MessageCode, string>> = {
  no_grant_for_message: 'no live grant lets messages of this kind through',
  messages_stopped: 'the receiver wants no more messages of this kind',
  message_limit_reached: 'as many of this kind as may went along the grant this month',
  message_expired: 'this message could be answered until a moment that has passed',
  call_up_closed: 'enough said yes: this call-up is closed',
}

export const refusalFor = (code: MessageCode): Refusal => {
  if (code === 'no_grant_for_message')
    return new Refusal('forbidden', 'no_grant_for_message', sentences[code])
  if (code === 'messages_stopped') return new Refusal('forbidden', 'messages_stopped', sentences[code])
  if (code === 'message_limit_reached')
    return new Refusal('conflict', 'message_limit_reached', sentences[code])
  if (code === 'message_expired') return new Refusal('gone', 'message_expired', sentences[code])
  return new Refusal('conflict', 'call_up_closed', sentences[code])
}

export const unknownMessage = () => new Refusal('not_found', 'message_unknown', 'you have no such message')

/** @throws Refusal `message_not_plain`, `message_too_long` */
export function requirePlain(...texts: readonly string[]): void {
  for (const text of texts) {
    if (!isPlainText(text))
      throw new Refusal('invalid', 'message_not_plain', 'a message is plain text: letters and line ends')
    if (byteLength(text) > MAX_BODY_BYTES)
      throw new Refusal('too_large', 'message_too_long', 'a message has at most 8 KiB', {
        params: { most_bytes: MAX_BODY_BYTES },
      })
  }
}
