import { useRead } from '../api/hooks'
import { useNames } from './names'
import { useLanguage } from './words'

/** Purposes and legal bases as the network's vocabulary labels them; they come as codes or as their addresses. */
export function useTerms() {
  const { language } = useLanguage()
  const { code } = useNames()
  const vocabulary = useRead('vocabulary.list', {})
  const label = (kind: 'purposes' | 'legal_bases', wanted: string) => {
    const found = vocabulary.data?.[kind].find((one) => one.code === wanted || one.iri === wanted)
    return found?.label[language] ?? code(wanted.replace(/^.*[#/]/, ''))
  }
  const choices = (kind: 'purposes' | 'legal_bases') =>
    (vocabulary.data?.[kind] ?? []).map((one) => ({ value: one.code, label: one.label[language] }))
  return {
    purposeChoices: choices('purposes'),
    basisChoices: choices('legal_bases'),
    purposes: (wanted: readonly string[]) => wanted.map((one) => label('purposes', one)).join(', '),
    basis: (wanted: string) => label('legal_bases', wanted),
  }
}
