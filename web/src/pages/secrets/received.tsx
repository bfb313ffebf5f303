import { Alert, Anchor, Badge, Button, Group, Paper, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { hrefOf, type Output } from '../../api/call'
import { useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { isSecretWord, secretWords } from '../../words/secrets'
import { useFormats, useWords, words } from '../../words/words'
import { agreements } from '../agreements/room'

const texts = words({
  nl: {
    title: 'Ontvangen bedrijfsgeheimen',
    lead: 'Wat partners u laten zien zolang een overeenkomst van kracht is. Hier blijft geen kopie; wat u zelf bewaart, moet na afloop terug of vernietigd.',
    empty: 'Partners delen geen bedrijfsgeheim met u.',
    read: 'Lezen',
    read_name: 'Lezen: {label}',
    logged: 'De partner ziet dat u keek, en wanneer. De tekst wordt nu opgehaald en blijft hier niet staan.',
    confirm: 'Afhandelen',
    confirm_name: 'Afhandelen: {label}',
    confirm_what:
      'Uw bedrijf verklaart, ondertekend en één keer, wat er is gebeurd met alles wat hier van dit geheim bewaard was.',
    how: 'Wat is er gebeurd?',
    confirm_sure: 'Ondertekend verklaren',
    done: 'Verklaard aan {name}.',
  },
  en: {
    title: 'Trade secrets received',
    lead: 'What partners show you while an agreement is in force. No copy stays here; what you keep yourself has to be returned or destroyed afterwards.',
    empty: 'No partner shares a trade secret with you.',
    read: 'Read',
    read_name: 'Read: {label}',
    logged: 'The partner sees that you looked, and when. The text is fetched now and does not stay here.',
    confirm: 'Settle',
    confirm_name: 'Settle: {label}',
    confirm_what:
      'Your company states, signed and once, what became of all that was kept here of this secret.',
    how: 'What became of it?',
    confirm_sure: 'State it, signed',
    done: 'Stated to {name}.',
  },
})

type Share = Output<'trade-secrets.received'>['items'][number]

export default function ReceivedSecrets() {
  const say = useWords(texts)
  const list = useList('trade-secrets.received', { limit: 50 })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((share) => (
            <OneShare key={share.id} share={share} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}

function OneShare({ share }: { readonly share: Share }) {
  const say = useWords(texts)
  const saySecret = useWords(secretWords)
  const { code } = useNames()
  const { day } = useFormats()
  const who = useWho()
  const [asking, ask] = useState<'read' | 'confirm' | null>(null)
  const fetched = useChange('trade-secrets.fetch', [])
  const { id, label, partner, purpose, state, need_to_know, return_by, settled_at, how } = share
  const isLate = state === 'ended' && return_by !== null && Date.parse(return_by) < Date.now()
  const needs = need_to_know.persons.includes(who.did) || hasRole(who, ...need_to_know.roles)
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {label} · {partner.name}
            </Text>
            <Badge
              variant="light"
              color={state === 'live' ? 'regie' : 'gray'}
              h="auto"
              styles={{ label: { whiteSpace: 'normal' } }}
            >
              {saySecret(state)}
            </Badge>
            {isLate && <Badge color="red.9">{saySecret('overdue')}</Badge>}
          </Group>
          <Text size="sm" className="breakable">
            {saySecret('purpose')}: {purpose}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              saySecret('shared_at', { day: day(share.shared_at) }),
              need_to_know.roles.length > 0 &&
                saySecret('roles', { who: need_to_know.roles.map(code).join(', ') }),
              share.end_code !== null && isSecretWord(share.end_code) && saySecret(share.end_code),
              state === 'ended' && return_by !== null && saySecret('return_by', { day: day(return_by) }),
              settled_at !== null &&
                how !== null &&
                saySecret('settled_at', { how: saySecret(how), day: day(settled_at) }),
            ]
              .filter((part) => typeof part === 'string')
              .join(' · ')}
          </Text>
          {hasRole(who, ...(agreements.roles ?? [])) && (
            <TextLink size="sm" to="/agreements/$id" params={{ id: share.agreement }}>
              {saySecret('agreement')}
            </TextLink>
          )}
        </Stack>
        {state === 'live' && needs && !fetched.data && (
          <Button aria-label={say('read_name', { label })} onClick={() => ask('read')}>
            {say('read')}
          </Button>
        )}
        {state === 'ended' && hasRole(who, 'administrator') && (
          <Button variant="light" aria-label={say('confirm_name', { label })} onClick={() => ask('confirm')}>
            {say('confirm')}
          </Button>
        )}
      </Group>
      {fetched.data && <Fetched secret={fetched.data} onClose={() => fetched.reset()} />}
      {asking === 'read' && (
        <Confirm
          title={say('read_name', { label })}
          text={say('logged')}
          sure={say('read')}
          isHarmless
          error={fetched.error}
          busy={fetched.isPending}
          onClose={() => ask(null)}
          onSure={() => fetched.mutate({ id }, { onSuccess: () => ask(null) })}
        />
      )}
      {asking === 'confirm' && <Settle share={share} onClose={() => ask(null)} />}
    </Paper>
  )
}

function Fetched({
  secret: { id, title, description, documents },
  onClose,
}: {
  readonly secret: Output<'trade-secrets.fetch'>
  readonly onClose: () => void
}) {
  const saySecret = useWords(secretWords)
  const shared = useWords(common)
  return (
    <Alert variant="light" mt="sm" title={title} role="region" aria-label={title}>
      <Stack gap="xs" align="flex-start">
        <div className="document">{description}</div>
        {documents.map((one) => (
          <Anchor
            key={one.id}
            href={hrefOf('trade-secrets.fetch-document', { id, document: one.id })}
            download
          >
            {saySecret('document', { name: one.name })}
          </Anchor>
        ))}
        <Button size="xs" variant="default" onClick={onClose}>
          {shared('close')}
        </Button>
      </Stack>
    </Alert>
  )
}

function Settle({
  share: { id, label, partner },
  onClose,
}: {
  readonly share: Share
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const saySecret = useWords(secretWords)
  const tell = useTell()
  const confirm = useChange('trade-secrets.confirm', ['trade-secrets.'])
  const [how, setHow] = useState<'returned' | 'destroyed' | null>(null)
  return (
    <Confirm
      title={say('confirm_name', { label })}
      text={say('confirm_what')}
      sure={say('confirm_sure')}
      isHarmless
      isReady={how !== null}
      error={confirm.error}
      busy={confirm.isPending}
      onClose={onClose}
      onSure={() =>
        how !== null &&
        confirm.mutate(
          { id, how },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('done', { name: partner.name }) })
            },
          },
        )
      }
    >
      <Radio.Group
        label={say('how')}
        value={how}
        onChange={(value) => setHow(value === 'returned' ? 'returned' : 'destroyed')}
      >
        <Stack gap="xs" mt="xs">
          {(['returned', 'destroyed'] as const).map((one) => (
            <Radio key={one} value={one} label={saySecret(one)} />
          ))}
        </Stack>
      </Radio.Group>
    </Confirm>
  )
}
