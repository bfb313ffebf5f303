import { Paper, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core'
import { LanguageChoice } from '../../ui/language-choice'
import { useWords, words } from '../../words/words'
import { SettingsPage } from './settings-page'

const texts = words({
  nl: {
    title: 'Weergave',
    lead: 'Dit geldt voor deze browser.',
    language: 'Taal',
    look: 'Licht of donker',
    auto: 'Automatisch',
    light: 'Licht',
    dark: 'Donker',
  },
  en: {
    title: 'Appearance',
    lead: 'This is for this browser.',
    language: 'Language',
    look: 'Light or dark',
    auto: 'Automatic',
    light: 'Light',
    dark: 'Dark',
  },
})

export default function Appearance() {
  const say = useWords(texts)
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SettingsPage title={say('title')} lead={say('lead')}>
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
            <SegmentedControl
              size="xs"
              aria-label={say('look')}
              value={colorScheme}
              onChange={(value) => setColorScheme(value as 'auto')}
              data={[
                { value: 'auto', label: say('auto') },
                { value: 'light', label: say('light') },
                { value: 'dark', label: say('dark') },
              ]}
            />
          </div>
        </Stack>
      </Paper>
    </SettingsPage>
  )
}
