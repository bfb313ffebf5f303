import { oneLine } from '../text.ts'
import { type Fact, factsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { label, say } from './say.ts'
import { alone } from './value.ts'
import type { View } from './view.ts'

/** Whether the key one consents with is one's own, and open. */
export const renderConsentKey: Renderer = (value, view) => {
  const {
    active,
    unlocked_until: until,
    recovery_codes_left: left,
  } = value as {
    active: boolean
    unlocked_until: string | null
    recovery_codes_left: number
  }
  const facts: Fact[] = [
    [
      say(view, 'your key'),
      active
        ? say(view, 'nobody signs with it without your secret')
        : say(view, 'not taken over yet: use the activation code'),
    ],
    [say(view, 'open until'), until ? momentText(until, view) : say(view, 'locked')],
    [say(view, 'recovery codes left'), left.toFixed(0)],
  ]
  return factsText(facts, view, '')
}

/** What opens the key for a while. */
export const renderUnlocked: Renderer = (value, view) => {
  const { token, expires_at: until } = value as { token: string; expires_at: string }
  return parts(
    `export REGIE_CONSENT=${oneLine(token)}  # regie`,
    paragraph(
      say(view, 'With this line your key is open in this terminal until {until}.', {
        until: momentText(until, view),
      }),
      view,
    ),
  )
}

export const renderLocked: Renderer = (value, view) => {
  const { locked } = value as { locked: boolean }
  if (locked !== true) throw new TypeError('not an answer of ours')
  return paragraph(say(view, 'Your key is locked, wherever you had opened it.'), view)
}

export const renderSecretChanged: Renderer = (value, view) => {
  const { recovery_codes_left: left } = value as { recovery_codes_left: number }
  return paragraph(say(view, 'Your secret is another one now. Recovery codes left: {left}.', { left }), view)
}

export const renderCodes: Renderer = (value, view) =>
  codesText((value as { recovery_codes: readonly string[] }).recovery_codes, view)

/** A token and codes that are shown this once. */
export const renderActivated: Renderer = (value, view) => {
  const {
    recovery_codes: codes,
    token,
    ...rest
  } = value as {
    recovery_codes: readonly string[]
    token: string
    [more: string]: unknown
  }
  const facts = Object.entries(rest).map(([name, one]): Fact => [label(view, name), alone(one, view)])
  return parts(
    factsText([...facts, [say(view, 'token'), oneLine(token)]], { ...view, width: undefined }, ''),
    paragraph(
      say(view, 'The token is shown this once: keep it as REGIE_TOKEN where nobody else reads it.'),
      view,
    ),
    codesText(codes, view),
  )
}

const codesText = (codes: readonly string[], view: View): string =>
  parts(
    codes.map((code) => `  ${oneLine(code)}`).join('\n'),
    paragraph(
      say(view, 'Write these recovery codes down: each sets a new secret once, when you lost yours.'),
      view,
    ),
  )
