import { Alert, Badge, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { Loaded, Page, Section } from '../../ui/page'
import { Copy } from '../../ui/shown-once'
import { hasRole, useWho } from '../../who'
import { useFormats, useWords, words } from '../../words/words'
import { KeyChanges } from './key-changes'
import { keyName, type Order, StepDialog, useStepName } from './key-step'

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
    retired: 'niet meer in gebruik',
    compromised: 'opgegeven',
    ended: 'beëindigd',
    since: 'sinds {day}',
    listed: 'staat geregistreerd tot en met {day}',
    address: 'Waar partners uw bedrijf vinden',
    address_text:
      'In de DID staat op welk adres deze node te bereiken is. Wijzig het als de node verhuist. Laat het leeg voor het adres dat bij deze node is ingesteld.',
    url: 'Nieuw adres',
    rest: 'Beheren en beëindigen',
    controller_text:
      'Vervang de sleutel die de DID beheert als iemand erbij kon. Uw bedrijf blijft herkenbaar.',
    deactivate_text:
      'Alleen als uw bedrijf ophoudt of opnieuw begint. Daarna is niets van vroeger meer na te gaan.',
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
    retired: 'no longer in use',
    compromised: 'given up',
    ended: 'ended',
    since: 'since {day}',
    listed: 'registered until {day}',
    address: 'Where partners find your company',
    address_text:
      'The DID says at which address this node is reached. Change it when the node moves. Leave it empty for the address that is set for this node.',
    url: 'New address',
    rest: 'Control and end',
    controller_text:
      'Replace the key that controls the DID if somebody could reach it. Your company stays known.',
    deactivate_text:
      'Only if your company stops or begins anew. After that nothing from before can be checked.',
  },
})

export default function KeySettings() {
  const say = useWords(texts)
  const who = useWho()
  const did = useRead('did.show', {})
  const [order, setOrder] = useState<Order | null>(null)
  const shown = did.data
  const mayChange = hasRole(who, 'administrator') && shown !== undefined && shown.state !== 'deactivated'
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={did}>
        {shown && (
          <>
            <Identifier shown={shown} />
            {shown.open && (
              <Alert variant="light" role="status">
                {say('busy')}
              </Alert>
            )}
            <Keys shown={shown} mayChange={mayChange} onOrder={setOrder} />
            {mayChange && <Address isBusy={shown.open !== null} onOrder={setOrder} />}
            {mayChange && <Rest shown={shown} onOrder={setOrder} />}
            <KeyChanges />
            {order && (
              <StepDialog key={order.kind} order={order} did={shown.did} onClose={() => setOrder(null)} />
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}

type Shown = Output<'did.show'>
type OnOrder = (order: Order) => void

function Identifier({ shown }: { readonly shown: Shown }) {
  const say = useWords(texts)
  return (
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
  )
}

function Keys({
  shown,
  mayChange,
  onOrder,
}: {
  readonly shown: Shown
  readonly mayChange: boolean
  readonly onOrder: OnOrder
}) {
  const say = useWords(texts)
  const stepName = useStepName()
  const { day } = useFormats()
  return (
    <Stack component="section" gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h3">
          {say('keys')}
        </Title>
        {mayChange && (
          <Button disabled={shown.open !== null} onClick={() => onOrder({ kind: 'rotate' })}>
            {stepName('rotate')}
          </Button>
        )}
      </Group>
      {shown.keys.map(({ kid, use, state, created_at, listed_until }) => (
        <Paper key={`${kid} ${use}`} withBorder p="md" radius="md">
          <Group justify="space-between" align="flex-start" wrap="wrap">
            <Stack gap={2} flex="1 1 14rem">
              <Group gap="xs">
                <Text fw={600}>{say(use)}</Text>
                <Badge variant="light" color={state === 'active' ? 'regie' : 'gray'}>
                  {say(state)}
                </Badge>
              </Group>
              {kid !== null && (
                <Text size="sm" className="breakable">
                  {keyName(kid)}
                </Text>
              )}
              <Text size="sm" c="dimmed">
                {[
                  ...(created_at ? [say('since', { day: day(created_at) })] : []),
                  ...(listed_until ? [say('listed', { day: day(listed_until) })] : []),
                ].join(' · ')}
              </Text>
            </Stack>
            {mayChange && kid !== null && use === 'signing' && (
              <Group gap="xs">
                {(['retire', 'compromise'] as const)
                  .filter((kind) => state === 'active' || (state === 'retired' && kind === 'compromise'))
                  .map((kind) => (
                    <Button
                      key={kind}
                      size="xs"
                      variant="default"
                      disabled={shown.open !== null}
                      aria-label={`${stepName(kind)}: ${keyName(kid)}`}
                      onClick={() => onOrder({ kind, kid })}
                    >
                      {stepName(kind)}
                    </Button>
                  ))}
              </Group>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  )
}

function Address({ isBusy, onOrder }: { readonly isBusy: boolean; readonly onOrder: OnOrder }) {
  const say = useWords(texts)
  const stepName = useStepName()
  const [url, setUrl] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onOrder({ kind: 'endpoint', url: url.trim() })
  }
  return (
    <Section title={say('address')}>
      <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{say('address_text')}</Text>
          <TextInput
            type="url"
            label={say('url')}
            value={url}
            maxLength={500}
            placeholder="https://"
            w="100%"
            maw={480}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={isBusy}>
            {stepName('endpoint')}
          </Button>
        </Stack>
      </Paper>
    </Section>
  )
}

function Rest({ shown, onOrder }: { readonly shown: Shown; readonly onOrder: OnOrder }) {
  const say = useWords(texts)
  const stepName = useStepName()
  // A did:web has no key on a chain that controls it.
  const kinds = (['controller', 'deactivate'] as const).filter(
    (kind) => kind === 'deactivate' || shown.keys.some(({ use }) => use === 'controller'),
  )
  return (
    <Section title={say('rest')}>
      {kinds.map((kind) => (
        <Paper key={kind} withBorder p="md" radius="md">
          <Group justify="space-between" wrap="wrap">
            <Text size="sm" flex="1 1 14rem">
              {say(`${kind}_text`)}
            </Text>
            <Button variant="default" disabled={shown.open !== null} onClick={() => onOrder({ kind })}>
              {stepName(kind)}
            </Button>
          </Group>
        </Paper>
      ))}
    </Section>
  )
}
