import { useCredentialType } from '../api/credential-types'
import { useNames } from './names'
import { useLanguage } from './words'

/** How a type of credential is called; one of somebody else by its own name. @param type its `vct`, or its name */
export function useTypeName(type: string): string {
  const { language } = useLanguage()
  const { code } = useNames()
  const described = useCredentialType(type).data
  return described?.display.find(({ locale }) => locale === language)?.name ?? code(type)
}
