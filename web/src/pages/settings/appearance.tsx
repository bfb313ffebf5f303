import { Paper, Stack, Text } from '@mantine/core'
import { LanguageChoice } from '../../ui/language-choice'
import { Page } from '../../ui/page'
import { SchemeChoice } from '../../ui/scheme-choice'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Weergave',
    lead: 'Dit geldt voor deze browser.',
    language: 'Taal',
    look: 'Licht of donker',
  },
  en: {
    title: 'Appearance',
    lead: 'This is for this browser.',
    language: 'Language',
    look: 'Light or dark',
  },
})

export default function Appearance() {
  const say = useWords(texts)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Paper withBorder p="lg" radius="md">
        <Stack align="flex-start">
          <div>
            <Text fw={500} size="sm" mb={4}>
              {say('language')}
            </Text>
            <LanguageChoice />
          </div>
          <div>
            <Text fw={500} size="sm" mb={4}>
              {say('look')}
            </Text>
            <SchemeChoice />
          </div>
        </Stack>
      </Paper>
    </Page>
  )
}
