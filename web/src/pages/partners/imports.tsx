import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Partners importeren',
    lead: 'Uit uw boekhouding: een auditfile (XAF) of een lijst met debiteuren of crediteuren (CSV). Er verandert niets voordat u het hebt bekeken.',
    begin: 'Nieuwe import',
    columns: 'Wat er over kolommen is onthouden',
    before: 'Eerder',
    none: 'Er is nog niets geïmporteerd.',
    open: 'nog niet uitgevoerd',
    applied: 'uitgevoerd',
    undone: 'teruggedraaid',
    expired: 'verlopen',
    of: 'Import van {moment}',
    files:
      '{files, plural, one {# bestand} other {# bestanden}}, {records, plural, one {# regel} other {# regels}}',
    result: '{new} nieuw, {changed} gewijzigd, {same} ongewijzigd',
    undo: 'Terugdraaien',
    undo_until: 'Terugdraaien kan tot {moment}.',
    undo_title: 'Deze import terugdraaien?',
    undo_text:
      'Partners die erdoor kwamen verdwijnen, en andere worden weer zoals ze waren. Met wie u intussen iets deed blijft zoals hij is.',
  },
  en: {
    title: 'Import partners',
    lead: 'From your books: an audit file (XAF) or a list of debtors or creditors (CSV). Nothing changes before you looked at it.',
    begin: 'New import',
    columns: 'What is remembered of columns',
    before: 'Before',
    none: 'Nothing was imported yet.',
    open: 'not carried out yet',
    applied: 'carried out',
    undone: 'taken back',
    expired: 'expired',
    of: 'Import of {moment}',
    files:
      '{files, plural, one {# file} other {# files}}, {records, plural, one {# record} other {# records}}',
    result: '{new} new, {changed} changed, {same} unchanged',
    undo: 'Take back',
    undo_until: 'You can take it back until {moment}.',
    undo_title: 'Take this import back?',
    undo_text:
      'Partners it brought go, and others are as they were. Whoever you did something with since stays as she is.',
  },
})

/** Where an import begins, and what became of those before. */
export default function Imports() {
  const say = useWords(texts)
  const { moment } = useFormats()
  const navigate = useNavigate()
  const list = useRead('partners.imports.list', {})
  const create = useChange('partners.imports.create', ['partners.imports.'])
  const start = useChange('partners.imports.start', ['partners.imports.', 'jobs.'])
  const [undoing, setUndoing] = useState<string | null>(null)
  const open = (id: string) => navigate({ to: '/partners/import/$id', params: { id } })
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <Button
          loading={create.isPending}
          onClick={() => create.mutate({}, { onSuccess: ({ id }) => void open(id) })}
        >
          {say('begin')}
        </Button>
      }
    >
      {create.error && <Failure error={create.error} />}
      <TextLink to="/partners/import/columns" size="sm">
        {say('columns')}
      </TextLink>
      <Section title={say('before')}>
        <Loaded of={list}>
          {list.data?.items.length === 0 && <Empty>{say('none')}</Empty>}
          <Stack gap="sm">
            {list.data?.items.map(({ id, state, files, records, result, created_at, undo_until }) => (
              <Paper key={id} withBorder p="md" radius="md">
                <Group justify="space-between" wrap="wrap">
                  <Stack gap={2} flex="1 1 14rem">
                    <Group gap="xs">
                      <TextLink to="/partners/import/$id" params={{ id }} fw={600}>
                        {say('of', { moment: moment(created_at) })}
                      </TextLink>
                      <Badge variant="light" color={state === 'applied' ? 'regie' : 'gray'}>
                        {say(state)}
                      </Badge>
                    </Group>
                    <Text size="sm" c="dimmed">
                      {say('files', { files, records })}
                      {result && ` · ${say('result', { ...result })}`}
                    </Text>
                    {undo_until && (
                      <Text size="sm" c="dimmed">
                        {say('undo_until', { moment: moment(undo_until) })}
                      </Text>
                    )}
                  </Stack>
                  {undo_until && (
                    <Button
                      variant="light"
                      aria-label={`${say('undo')}: ${say('of', { moment: moment(created_at) })}`}
                      onClick={() => setUndoing(id)}
                    >
                      {say('undo')}
                    </Button>
                  )}
                </Group>
              </Paper>
            ))}
          </Stack>
        </Loaded>
      </Section>
      {undoing && (
        <Confirm
          title={say('undo_title')}
          text={say('undo_text')}
          sure={say('undo')}
          error={start.error}
          busy={start.isPending}
          onClose={() => setUndoing(null)}
          onSure={() => start.mutate({ id: undoing, what: 'undo' }, { onSuccess: () => void open(undoing) })}
        />
      )}
    </Page>
  )
}
