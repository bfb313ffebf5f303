import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Copy } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { isSecretWord, secretWords } from '../../words/secrets'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    secret: 'Het geheim',
    not_told: 'de partner weet het nog niet',
    refused: 'de partner neemt het niet aan',
    statement: 'De ondertekende verklaring van de partner',
    unshare: 'Terugnemen',
    unshare_name: 'Terugnemen: {label}',
    unshare_what:
      '{name} ziet dit meteen niet meer, en moet binnen 30 dagen teruggeven of vernietigen wat daar bewaard is. Dit is niet terug te draaien; u kunt het wel opnieuw delen.',
    done: 'Teruggenomen.',
  },
  en: {
    secret: 'The secret',
    not_told: 'the partner does not know yet',
    refused: 'the partner does not take it',
    statement: 'The signed statement of the partner',
    unshare: 'Take back',
    unshare_name: 'Take back: {label}',
    unshare_what:
      '{name} does not see this any more at once, and has to return or destroy within 30 days what was kept there. This is not undone; you can share it anew.',
    done: 'Taken back.',
  },
})

type Share = Output<'trade-secrets.shares'>['items'][number]

/** What of a secret people of a partner may see, and how to take it back. */
export function OneShare({ share }: { readonly share: Share }) {
  const say = useWords(texts)
  const saySecret = useWords(secretWords)
  const { code } = useNames()
  const { day } = useFormats()
  const tell = useTell()
  const unshare = useChange('trade-secrets.unshare', ['trade-secrets.'])
  const [isAsking, ask] = useState(false)
  const { id, label, partner, purpose, state, need_to_know, return_by, settled_at, how } = share
  const isLate = state === 'ended' && return_by !== null && Date.parse(return_by) < Date.now()
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
              saySecret('roles', {
                who: [...need_to_know.roles.map(code), ...need_to_know.persons].join(', '),
              }),
              share.refused !== null && say('refused'),
              share.refused === null && share.told_at === null && say('not_told'),
              share.end_code !== null && isSecretWord(share.end_code) && saySecret(share.end_code),
              state === 'ended' && return_by !== null && saySecret('return_by', { day: day(return_by) }),
              settled_at !== null &&
                how !== null &&
                saySecret('settled_at', { how: saySecret(how), day: day(settled_at) }),
            ]
              .filter((part) => typeof part === 'string')
              .join(' · ')}
          </Text>
          <Group gap="md">
            <TextLink size="sm" to="/secrets/$id" params={{ id: share.secret }}>
              {say('secret')}
            </TextLink>
            <TextLink size="sm" to="/agreements/$id" params={{ id: share.agreement }}>
              {saySecret('agreement')}
            </TextLink>
          </Group>
          {share.statement !== null && (
            <Group gap="xs">
              <Text size="sm">{say('statement')}</Text>
              <Copy text={share.statement} />
            </Group>
          )}
        </Stack>
        {state === 'live' && (
          <Button
            variant="light"
            color="red"
            aria-label={say('unshare_name', { label })}
            onClick={() => ask(true)}
          >
            {say('unshare')}
          </Button>
        )}
      </Group>
      {isAsking && (
        <Confirm
          title={say('unshare_name', { label })}
          text={say('unshare_what', { name: partner.name })}
          sure={say('unshare')}
          error={unshare.error}
          busy={unshare.isPending}
          onClose={() => ask(false)}
          onSure={() =>
            unshare.mutate(
              { id },
              {
                onSuccess: () => {
                  ask(false)
                  tell({ text: say('done') })
                },
              },
            )
          }
        />
      )}
    </Paper>
  )
}
