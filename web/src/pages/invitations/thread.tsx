import { Badge, Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Failure, Loaded, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { caseWords } from '../../words/cases'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Met de servicedesk',
    none: 'Er is nog niets geschreven.',
    message: 'Bericht aan de servicedesk',
    send: 'Versturen',
    sent: 'Verstuurd.',
    waiting: 'wordt bezorgd',
    delivered: 'bezorgd',
    refused: 'niet aangenomen',
  },
  en: {
    title: 'With the servicedesk',
    none: 'Nothing was written yet.',
    message: 'Message to the servicedesk',
    send: 'Send',
    sent: 'Sent.',
    waiting: 'being delivered',
    delivered: 'delivered',
    refused: 'not taken',
  },
})

/** What was written about an invitation, to and fro; what the servicedesk wrote is read by looking here. */
export function Thread({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const { moment } = useFormats()
  const tell = useTell()
  const client = useQueryClient()
  const thread = useRead('invitations.read', { id })
  const message = useChange('invitations.message', ['invitations.'])
  const [typed, type, forget] = useTyped(`to servicedesk ${id}`, { body: '' })
  const isRead = thread.data !== undefined
  useEffect(() => {
    // The board counts what nobody read.
    if (isRead) void client.invalidateQueries({ queryKey: ['invitations.board'] })
  }, [client, isRead])
  const send = (event: FormEvent) => {
    event.preventDefault()
    message.mutate(
      { id, body: typed.body.trim() },
      {
        onSuccess: () => {
          type({ body: '' })
          forget()
          tell({ text: say('sent') })
        },
      },
    )
  }
  return (
    <Section title={say('title')}>
      <Loaded of={thread}>
        {thread.data?.items.length === 0 && <Text c="dimmed">{say('none')}</Text>}
        {thread.data?.items.map((one) => (
          <Paper key={one.id} withBorder p="sm" radius="md">
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {sayCase(one.side)}
              </Text>
              <Text size="sm" c="dimmed">
                {moment(one.at)}
              </Text>
              {one.side === 'inviter' && (
                <Badge variant="light" color="gray">
                  {say(one.state)}
                </Badge>
              )}
            </Group>
            <Text size="sm" className="breakable">
              {one.body}
            </Text>
          </Paper>
        ))}
      </Loaded>
      <form onSubmit={send} className="no-print">
        <Stack gap="xs" align="flex-start">
          <Textarea
            label={say('message')}
            value={typed.body}
            maxLength={2000}
            autosize
            minRows={2}
            w="100%"
            onChange={(event) => type({ body: event.currentTarget.value })}
          />
          {message.error && <Failure error={message.error} />}
          <Button
            type="submit"
            variant="default"
            disabled={typed.body.trim() === ''}
            loading={message.isPending}
          >
            {say('send')}
          </Button>
        </Stack>
      </form>
    </Section>
  )
}
