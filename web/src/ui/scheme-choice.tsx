import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useWords, words } from '../words/words'

const texts = words({
  nl: { look: 'Weergave', auto: 'Automatisch', light: 'Licht', dark: 'Donker' },
  en: { look: 'Appearance', auto: 'Automatic', light: 'Light', dark: 'Dark' },
})

/** Light, dark, or as the device is. */
export function SchemeChoice() {
  const say = useWords(texts)
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      size="xs"
      aria-label={say('look')}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as 'auto')}
      data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: say(value) }))}
    />
  )
}
