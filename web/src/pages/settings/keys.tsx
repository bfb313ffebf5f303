import { Alert, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Loaded, Page } from '../../ui/page'
import { Copy } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Sleutels',
    lead: 'Waarmee uw bedrijf ondertekent, en waaraan anderen het herkennen.',
    did: 'De DID van uw bedrijf',
    did_help: 'Hieraan herkent elke partner uw bedrijf. Hij is openbaar.',
    active: 'in gebruik',
    not_signing: 'ondertekent nu niet',
    deactivated: 'beëindigd',
    busy: 'Er wordt nu een wijziging aan de sleutels uitgevoerd.',
    keys: 'Sleutels',
    signing: 'Ondertekent',
    controller: 'Beheert de DID',
    holder: 'Toont gegevens',
    pending: 'wordt ingesteld',
    retired: 'ondertekent niet meer',
    compromised: 'opgegeven',
    ended: 'beëindigd',
    since: 'sinds {day}',
    listed: 'staat geregistreerd tot en met {day}',
    rotate: 'Sleutel vervangen',
    rotate_title: 'De sleutel van uw bedrijf vervangen?',
    rotate_text:
      'Vanaf nu ondertekent een nieuwe sleutel voor uw bedrijf. Wat de vorige ondertekende, blijft geldig. Dit kan niet worden teruggedraaid, wel opnieuw gedaan.',
    rotating: 'De sleutel wordt vervangen.',
  },
  en: {
    title: 'Keys',
    lead: 'What your company signs with, and what others know it by.',
    did: 'The DID of your company',
    did_help: 'Every partner knows your company by it. It is public.',
    active: 'in use',
    not_signing: 'does not sign now',
    deactivated: 'ended',
    busy: 'A change of the keys is being carried out now.',
    keys: 'Keys',
    signing: 'Signs',
    controller: 'Controls the DID',
    holder: 'Shows data',
    pending: 'being set',
    retired: 'signs no more',
    compromised: 'given up',
    ended: 'ended',
    since: 'since {day}',
    listed: 'registered until {day}',
    rotate: 'Replace the key',
    rotate_title: 'Replace the key of your company?',
    rotate_text:
      'From now on a new key signs for your company. What the one before signed stays valid. It cannot be turned back, but it can be done again.',
    rotating: 'The key is being replaced.',
  },
})

export default function KeySettings() {
  const say = useWords(texts)
  const { day } = useFormats()
  const who = useWho()
  const tell = useTell()
  const did = useRead('did.show', {})
  const rotate = useChange('did.rotate', ['did.'])
  const [isRotating, setRotating] = useState(false)
  const shown = did.data
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={did}>
        {shown && (
          <>
            <Paper withBorder p="lg" radius="md">
              <Stack gap="xs" align="flex-start">
                <Group gap="xs">
                  <Title order={2} size="h4">
                    {say('did')}
                  </Title>
                  <Badge variant="light" color={shown.state === 'active' ? 'regie' : 'gray'}>
                    {say(shown.state)}
                  </Badge>
                </Group>
                <Text size="sm" c="dimmed">
                  {say('did_help')}
                </Text>
                <code className="command">{shown.did}</code>
                <Copy text={shown.did} />
              </Stack>
            </Paper>
            {shown.open && (
              <Alert variant="light" role="status">
                {say('busy')}
              </Alert>
            )}
            <Stack component="section" gap="sm">
              <Group justify="space-between">
                <Title order={2} size="h3">
                  {say('keys')}
                </Title>
                {hasRole(who, 'administrator') && shown.state !== 'deactivated' && (
                  <Button disabled={shown.open !== null} onClick={() => setRotating(true)}>
                    {say('rotate')}
                  </Button>
                )}
              </Group>
              {shown.keys.map(({ kid, use, state, created_at, listed_until }) => (
                <Paper key={`${kid} ${use}`} withBorder p="md" radius="md">
                  <Group gap="xs">
                    <Text fw={600}>{say(use)}</Text>
                    <Badge variant="light" color={state === 'active' ? 'regie' : 'gray'}>
                      {say(state)}
                    </Badge>
                  </Group>
                  <Text size="sm" c="dimmed">
                    {[
                      ...(created_at ? [say('since', { day: day(created_at) })] : []),
                      ...(listed_until ? [say('listed', { day: day(listed_until) })] : []),
                    ].join(' · ')}
                  </Text>
                </Paper>
              ))}
            </Stack>
          </>
        )}
      </Loaded>
      {isRotating && (
        <Confirm
          title={say('rotate_title')}
          text={say('rotate_text')}
          sure={say('rotate')}
          error={rotate.error}
          busy={rotate.isPending}
          onClose={() => setRotating(false)}
          onSure={() =>
            rotate.mutate(
              {},
              {
                onSuccess: () => {
                  setRotating(false)
                  tell({ text: say('rotating') })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}
