import { SegmentedControl } from '@mantine/core'
import { type Language, useLanguage, useWords, words } from '../words/words'

const texts = words({ nl: { language: 'Taal' }, en: { language: 'Language' } })

export function LanguageChoice() {
  const say = useWords(texts)
  const { language, set } = useLanguage()
  return (
    <SegmentedControl
      size="xs"
      aria-label={say('language')}
      value={language}
      onChange={(value) => set(value as Language)}
      data={[
        { value: 'nl', label: 'Nederlands' },
        { value: 'en', label: 'English' },
      ]}
    />
  )
}
