import { diffLines } from 'diff'
import { type Policy, type PolicyPart, policyParts } from './policy-files.ts'

/** How one document of a policy differs between two versions. */
export interface DocumentDiff {
  readonly part: PolicyPart
  /** Empty where neither version has this document. */
  readonly title: string
  readonly change: 'same' | 'changed' | 'added' | 'removed'
  /** Paragraphs in the order of the newer text; of what stayed, too. */
  readonly lines: readonly { readonly change: 'same' | 'added' | 'removed'; readonly text: string }[]
}

/**
 * Compares two versions document by document, paragraph by paragraph: where a line ends is no change of the words. A
 * version that is one text is read by its numbered sections.
 */
export function diffPolicies(from: Policy, to: Policy, lang: 'nl' | 'en'): readonly DocumentDiff[] {
  const [before, after] = [partsOf(from, lang), partsOf(to, lang)]
  return policyParts.flatMap((part) => {
    const [old, young] = [before.get(part), after.get(part)]
    if (old === undefined && young === undefined) return []
    const lines = diffLines(old?.text ?? '', young?.text ?? '').flatMap(({ added, removed, value }) =>
      value
        .split('\n')
        .filter((text) => text !== '')
        .map((text) => ({ change: changeOf(added, removed), text })),
    )
    const isSame = lines.every(({ change }) => change === 'same')
    const change = !old ? 'added' : !young ? 'removed' : isSame ? 'same' : 'changed'
    return [{ part, title: young?.title ?? old?.title ?? '', change, lines }]
  })
}

const changeOf = (added: boolean, removed: boolean): 'same' | 'added' | 'removed' =>
  added ? 'added' : removed ? 'removed' : 'same'

interface PartText {
  readonly title: string
  readonly text: string
}

function partsOf({ documents }: Policy, lang: 'nl' | 'en'): ReadonlyMap<PolicyPart, PartText> {
  const texts = documents.filter((one) => one.lang === lang)
  return new Map(
    texts.flatMap(({ part, title, text }) =>
      part ? [[part, { title, text: paragraphs(withoutHeading(text)) }]] : sectionsOf(text),
    ),
  )
}

/** `## 1. Title` begins the first part, and so on; what is before, and after the last, goes with the first. */
function sectionsOf(text: string): [PolicyPart, PartText][] {
  const [intro = '', ...sections] = text.split(/^## /m)
  const rest: string[] = [withoutHeading(intro)]
  const found: [PolicyPart, PartText][] = []
  for (const section of sections) {
    const [heading = '', ...body] = section.split('\n')
    const [, number, title = ''] = /^([1-9])\. (.*)$/.exec(heading) ?? []
    const part = policyParts[Number(number) - 1]
    if (part) found.push([part, { title, text: paragraphs(body.join('\n')) }])
    else rest.push(body.join('\n'))
  }
  return found.map(([part, one], at) =>
    at > 0
      ? [part, one]
      : [part, { ...one, text: paragraphs([rest[0], one.text, ...rest.slice(1)].join('\n\n')) }],
  )
}

const withoutHeading = (text: string): string => text.replace(/^# .*\n/, '')

/** One paragraph, or one numbered article, a line. */
const paragraphs = (text: string): string =>
  `${text
    .split(/\n\s*\n|\n(?=\d+\.\d+\. )/)
    .map((one) => one.replace(/\s+/g, ' ').trim())
    .filter((one) => one !== '')
    .join('\n')}\n`
