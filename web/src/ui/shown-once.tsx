import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useWords, words } from '../words/words'

const texts = words({
  nl: { copy: 'Kopiëren', copied: 'Gekopieerd', once: 'Dit ziet u één keer. Bewaar het nu.' },
  en: { copy: 'Copy', copied: 'Copied', once: 'You see this once. Keep it now.' },
})

export function Copy({ text }: { readonly text: string }) {
  const say = useWords(texts)
  const clipboard = useClipboard()
  return (
    <Button variant="default" size="xs" className="no-print" onClick={() => clipboard.copy(text)}>
      {say(clipboard.copied ? 'copied' : 'copy')}
    </Button>
  )
}

/** Something that opens a door, shown this once. */
export function ShownOnce({
  title,
  text,
  value,
}: {
  readonly title: string
  readonly text: string
  readonly value: string
}) {
  const say = useWords(texts)
  return (
    <Alert variant="light" title={title} role="status">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {text} {say('once')}
        </Text>
        <code className="command">{value}</code>
        <Group>
          <Copy text={value} />
        </Group>
      </Stack>
    </Alert>
  )
}
