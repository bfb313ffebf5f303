import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { common } from '../words/common'
import { useWords, words } from '../words/words'
import { Copy } from './shown-once'

const texts = words({
  nl: {
    what: 'Bent u uw geheime zin kwijt, dan stelt u met één van deze codes een nieuwe in. Elke code werkt één keer. U ziet ze alleen nu: bewaar ze waar niemand anders bij kan.',
    codes: 'Herstelcodes',
    kept: 'Ik heb ze bewaard',
    on: 'Verder',
  },
  en: {
    what: 'If you lose your secret sentence, one of these codes sets a new one. Each code works once. You see them only now: keep them where nobody else can reach them.',
    codes: 'Recovery codes',
    kept: 'I kept them',
    on: 'Continue',
  },
})

/** Codes that are shown this once; she goes on when she says that she kept them. */
export function RecoveryCodes({
  codes,
  onKept,
}: {
  readonly codes: readonly string[]
  readonly onKept: () => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const [kept, setKept] = useState(false)
  return (
    <Stack>
      <Text size="sm">{say('what')}</Text>
      <ul className="codes" aria-label={say('codes')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group className="no-print">
        <Copy text={codes.join('\n')} />
        <Button variant="default" size="xs" onClick={() => window.print()}>
          {shared('print')}
        </Button>
      </Group>
      <Checkbox
        className="no-print"
        label={say('kept')}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button className="no-print" disabled={!kept} onClick={onKept}>
        {say('on')}
      </Button>
    </Stack>
  )
}
