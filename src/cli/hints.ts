import type { Problem } from './failure.ts'
import { invitationHints } from './invitation-hints.ts'
import { messageHints } from './message-hints.ts'
import { byStatus, families, nodeHints, otherwise, type Text } from './node-hints.ts'
import { companyHints, peopleHints } from './people-hints.ts'
import { registrationHints } from './registration-hints.ts'
import { walletHints } from './wallet-hints.ts'

const hints: Readonly<Record<string, Text>> = {
  ...nodeHints,
  ...peopleHints,
  ...messageHints,
  ...invitationHints,
  ...registrationHints,
  ...walletHints,
}

export type Language = 'en' | 'nl'

export interface Hint {
  readonly text: string
  /** Params of the problem that it says already. */
  readonly says: readonly string[]
}

/** What the reader can do about it, in a few words. `command` and `regie` are how the caller called us. */
export function hintFor(
  problem: Problem,
  language: Language,
  { command, regie }: { readonly command: string; readonly regie: string },
): Hint {
  const family = Object.keys(families).find((prefix) => problem.code.startsWith(prefix))
  const isOfCompany = problem.params?.subject === 'organisation'
  const about = isOfCompany && Object.hasOwn(companyHints, problem.code) ? companyHints : hints
  const own = Object.hasOwn(about, problem.code) ? about[problem.code] : undefined
  const [en, nl] =
    own ?? (family ? families[family] : undefined) ?? byStatus[problem.status ?? 0] ?? otherwise
  const template = language === 'nl' ? nl : en
  const values: Readonly<Record<string, unknown>> = {
    retry_after_s: 60,
    ...problem.params,
    command,
    regie,
    request_id: problem.request_id ?? '',
  }
  const says = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return { text: template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')), says }
}

/** `--lang`, else the language the shell is set to, else English. */
export function languageFor(
  lang: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const wanted = lang ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? ''
  return wanted.toLowerCase().startsWith('nl') ? 'nl' : 'en'
}
