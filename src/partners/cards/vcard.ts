import { TextDecoder } from 'node:util'
import { Refusal } from '../../core/index.ts'
import type { Content } from '../import/index.ts'

/** A person on a card. Absent is undefined, never empty. */
export interface Card {
  /** From 1, in the order of the file. */
  readonly nr: number
  readonly name: string
  readonly organisation?: string
  /** The preferred one, or else one for work, or else the first. */
  readonly email?: string
  readonly phone?: string
}

/** A card that is not taken, and why. */
export interface BadCard {
  readonly nr: number
  readonly reason: 'card_name_missing' | 'card_version_unknown' | 'card_unfinished' | 'card_email_unreadable'
}

const limits = { bytes: 5_000_000, cards: 5_000, line: 1_000_000, text: 300 } as const

/**
 * Reads vCards 4.0 (RFC 6350) and 3.0 (RFC 2426, as phones export them); photos and all else are passed over.
 * @throws Refusal `vcard_too_large`, `vcard_not_text`, `vcard_empty`
 */
export async function readCards(content: Content): Promise<{ cards: Card[]; bad: BadCard[] }> {
  const lines = unfold(await textOf(content))
  const cards: Card[] = []
  const bad: BadCard[] = []
  let open: Property[] | null = null
  let nr = 0
  const close = (properties: readonly Property[]) => {
    const read = cardOf(nr, properties)
    if ('reason' in read) bad.push(read)
    else cards.push(read)
  }
  for (const line of lines) {
    const property = parseLine(line)
    if (!property) continue
    const mark = `${property.name}:${property.value.trim().toUpperCase()}`
    if (mark === 'BEGIN:VCARD') {
      if (open) bad.push({ nr, reason: 'card_unfinished' })
      if (++nr > limits.cards) throw tooLarge()
      open = []
    } else if (mark === 'END:VCARD') {
      if (open) close(open)
      open = null
    } else open?.push(property)
  }
  if (open) bad.push({ nr, reason: 'card_unfinished' })
  if (nr === 0) throw new Refusal('unprocessable', 'vcard_empty', 'this file holds no vCard')
  return { cards, bad }
}

interface Property {
  /** Without its group, in capitals. */
  readonly name: string
  readonly types: readonly string[]
  readonly pref: number
  readonly isQuotedPrintable: boolean
  readonly value: string
}

function parseLine(line: string): Property | null {
  const [, name, parameters, value] =
    /^(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)$/s.exec(line) ?? []
  if (name === undefined || parameters === undefined || value === undefined) return null
  const said = parameters.toLowerCase().replaceAll('"', '')
  const types = said.split(/[;,=]/).filter((one) => one !== '' && one !== 'type')
  const pref = /;pref=(\d{1,3})/.exec(said)?.[1]
  return {
    name: name.toUpperCase(),
    types,
    // 3.0 says TYPE=pref; 4.0 counts from 1, the most preferred.
    pref: pref === undefined ? (types.includes('pref') ? 1 : 101) : Number(pref),
    isQuotedPrintable: types.includes('quoted-printable'),
    value,
  }
}

function cardOf(nr: number, properties: readonly Property[]): Card | BadCard {
  const of = (name: string) => properties.filter((one) => one.name === name)
  const version = of('VERSION')[0]?.value.trim()
  if (version !== '4.0' && version !== '3.0') return { nr, reason: 'card_version_unknown' }
  const [family = '', given = ''] = componentsOf(of('N')[0])
  const name = textIn(of('FN')[0]) ?? cleaned(`${given} ${family}`)
  if (name === undefined) return { nr, reason: 'card_name_missing' }
  const organisation = cleaned(componentsOf(of('ORG')[0])[0])
  const email = textIn(bestOf(of('EMAIL')))?.replace(/^mailto:/i, '')
  if (email !== undefined && !/^[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+$/.test(email))
    return { nr, reason: 'card_email_unreadable' }
  const phone = textIn(bestOf(of('TEL')))?.replace(/^tel:/i, '')
  return {
    ...{ nr, name },
    ...(organisation !== undefined && { organisation }),
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
  }
}

const rank = ({ types }: Property): number => (types.includes('work') ? 0 : types.includes('home') ? 2 : 1)

const bestOf = (found: readonly Property[]): Property | undefined =>
  [...found].sort((a, b) => a.pref - b.pref || rank(a) - rank(b))[0]

const textIn = (property: Property | undefined): string | undefined =>
  property && cleaned(unescaped(textOfValue(property)))

/** `;` parts components, `\;` is part of one. */
const componentsOf = (property: Property | undefined): string[] =>
  property
    ? [...textOfValue(property).matchAll(/((?:\\.|[^;\\])*)(?:;|$)/gs)].map(([, one = '']) => unescaped(one))
    : []

const unescaped = (text: string): string =>
  text.replace(/\\(.)/gs, (_, sign: string) => (sign === 'n' || sign === 'N' ? ' ' : sign))

function textOfValue({ value, isQuotedPrintable }: Property): string {
  if (!isQuotedPrintable) return value
  const bytes = value.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

const cleaned = (text: string | undefined): string | undefined => {
  const one = text
    ?.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu, ' ')
    .trim()
    .normalize('NFC')
    .slice(0, limits.text)
  return one ? one : undefined
}

/** A line that begins with a blank goes on where the one before it ended, also inside a word. */
function unfold(text: string): string[] {
  const lines: string[] = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    const last = lines.length - 1
    if (/^[ \t]/.test(line) && last >= 0) lines[last] += line.slice(1)
    // Quoted-printable goes on after a line that ends in "=".
    else if (last >= 0 && /;ENCODING=QUOTED-PRINTABLE[;:].*=$/is.test(lines[last] ?? ''))
      lines[last] = (lines[last] ?? '').slice(0, -1) + line
    else lines.push(line)
    if ((lines.at(-1)?.length ?? 0) > limits.line) throw tooLarge()
  }
  return lines
}

async function textOf(content: Content): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of content) {
    size += chunk.byteLength
    if (size > limits.bytes) throw tooLarge()
    chunks.push(Buffer.from(chunk))
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new Refusal('unprocessable', 'vcard_not_text', 'the cards are not UTF-8 text', { cause })
  }
}

const tooLarge = () =>
  new Refusal('too_large', 'vcard_too_large', 'this is more than one file of cards may hold', {
    params: { bytes: limits.bytes, cards: limits.cards },
  })
