import { useCredentialType } from '../api/credential-types'
import { common } from '../words/common'
import { useNames } from '../words/names'
import { useFormats, useLanguage, useWords } from '../words/words'
import { Fact, Facts } from './page'

/** What a credential says, each claim by the name its type gives it. @param type its `vct`, or its name */
export function ClaimValues({
  type,
  claims,
}: {
  readonly type: string
  readonly claims: Readonly<Record<string, unknown>>
}) {
  const value = useClaimText()
  const labelOf = useClaimLabels(type)
  return (
    <Facts>
      {leavesOf(claims).map(({ path, leaf }) => (
        <Fact key={path.join('.')} name={labelOf(path.join('.'))}>
          {value(leaf)}
        </Fact>
      ))}
    </Facts>
  )
}

/** Names of the claims of a type, by their path with dots. @param type its `vct`, or its name */
export function useClaimLabels(type: string) {
  const { language } = useLanguage()
  const { code } = useNames()
  const described = useCredentialType(type).data
  return (path: string): string =>
    described?.claims
      .find((one) => one.path.join('.') === path)
      ?.display.find(({ locale }) => locale === language)?.label ?? path.split('.').map(code).join(' · ')
}

/** What a claim says, as people write it. */
export function useClaimText() {
  const shared = useWords(common)
  const { number, day } = useFormats()
  const say = (value: unknown): string => {
    if (value === null || value === undefined) return shared('none')
    if (typeof value === 'boolean') return shared(value ? 'yes' : 'no')
    if (typeof value === 'number') return number(value)
    if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(value) ? day(value) : value
    if (Array.isArray(value)) return value.map(say).join(', ')
    return Object.values(value).map(say).join(' · ')
  }
  return say
}

function leavesOf(claims: object, above: readonly string[] = []): { path: string[]; leaf: unknown }[] {
  return Object.entries(claims).flatMap(([name, leaf]) => {
    const path = [...above, name]
    return typeof leaf === 'object' && leaf !== null && !Array.isArray(leaf)
      ? leavesOf(leaf, path)
      : [{ path, leaf }]
  })
}
