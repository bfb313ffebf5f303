import { Badge, Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { mailStates, useMailNames } from '../../words/mails'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'E-mail',
    to: 'Aan',
    state: 'Stand',
    subject: 'Onderwerp',
    hidden: 'Links staan hier zonder hun geheim: alleen wie de e-mail krijgt kan ze openen.',
    change: 'Aanpassen',
    own: 'Uw eigen alinea’s',
    own_hint:
      'Ze komen in de plaats van de vrije tekst; een lege regel begint een nieuwe alinea. Leeg: de tekst blijft.',
    save: 'Opslaan',
    saved: 'Aangepast.',
    send: 'Versturen',
    sent: 'De e-mail gaat eruit.',
    cancel: 'Niet versturen',
    cancel_text: 'De e-mail wordt vernietigd; dit kan niet ongedaan worden gemaakt.',
    cancelled: 'De e-mail gaat niet uit.',
  },
  en: {
    title: 'E-mail',
    to: 'To',
    state: 'State',
    subject: 'Subject',
    hidden: 'Links stand here without their secret: only whoever gets the e-mail can open them.',
    change: 'Change',
    own: 'Your own paragraphs',
    own_hint:
      'They take the place of the free text; an empty line begins a new paragraph. Empty: the text stays.',
    save: 'Save',
    saved: 'Changed.',
    send: 'Send',
    sent: 'The e-mail goes out.',
    cancel: 'Do not send',
    cancel_text: 'The e-mail is destroyed; it cannot be taken back.',
    cancelled: 'The e-mail does not go out.',
  },
})

type Mail = Output<'mails.preview'>

/** One e-mail as it goes or went; a draft can be changed and sent. */
export default function MailOne() {
  const say = useWords(texts)
  const sayState = useWords(mailStates)
  const mailName = useMailNames()
  const { id } = useParams({ from: '/inside/settings/mails/$id' })
  const found = useRead('mails.preview', { id })
  const mail = found.data
  return (
    <Page title={mail ? mailName(mail.template) : say('title')}>
      <Loaded of={found}>
        {mail && (
          <>
            <Paper withBorder p="md" radius="md">
              <Facts>
                <Fact name={say('to')}>{mail.to}</Fact>
                <Fact name={say('state')}>
                  <Badge variant="light">{sayState(mail.state)}</Badge>
                </Fact>
                <Fact name={say('subject')}>{mail.subject}</Fact>
              </Facts>
              <Text className="document" mt="md">
                {mail.text}
              </Text>
              <Text size="sm" c="dimmed" mt="md">
                {say('hidden')}
              </Text>
            </Paper>
            {mail.state === 'draft' && <Change mail={mail} />}
            {(mail.state === 'draft' || mail.state === 'kept') && <Send mail={mail} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Change({ mail }: { readonly mail: Mail }) {
  const say = useWords(texts)
  const tell = useTell()
  const edit = useChange('mails.edit', ['mails.'])
  const [typed, type, forget] = useTyped(`mail ${mail.id}`, { subject: mail.subject, text: '' })
  return (
    <Section title={say('change')}>
      <Paper
        component="form"
        withBorder
        p="md"
        radius="md"
        onSubmit={(event) => {
          event.preventDefault()
          edit.mutate(
            {
              ...{ id: mail.id, subject: typed.subject, ifMatch: mail.version },
              ...(typed.text.trim() !== '' && { text: typed.text }),
            },
            {
              onSuccess: () => {
                type({ text: '' })
                forget()
                tell({ text: say('saved') })
              },
            },
          )
        }}
      >
        <Stack gap="sm" align="flex-start">
          <TextInput
            label={say('subject')}
            required
            maxLength={200}
            w="100%"
            value={typed.subject}
            onChange={({ currentTarget: { value } }) => type({ subject: value })}
          />
          <Textarea
            label={say('own')}
            description={say('own_hint')}
            autosize
            minRows={4}
            w="100%"
            value={typed.text}
            onChange={({ currentTarget: { value } }) => type({ text: value })}
          />
          {edit.error && <Failure error={edit.error} />}
          <Button type="submit" variant="default" loading={edit.isPending}>
            {say('save')}
          </Button>
        </Stack>
      </Paper>
    </Section>
  )
}

function Send({ mail }: { readonly mail: Mail }) {
  const say = useWords(texts)
  const tell = useTell()
  const send = useChange('mails.send', ['mails.', 'invitations.'])
  const cancel = useChange('mails.cancel', ['mails.'])
  const [isCancelling, setCancelling] = useState(false)
  return (
    <>
      {send.error && <Failure error={send.error} />}
      <Group className="no-print">
        <Button
          loading={send.isPending}
          onClick={() => send.mutate({ id: mail.id }, { onSuccess: () => tell({ text: say('sent') }) })}
        >
          {say('send')}
        </Button>
        {mail.state === 'draft' && (
          <Button variant="light" color="red" onClick={() => setCancelling(true)}>
            {say('cancel')}
          </Button>
        )}
      </Group>
      {isCancelling && (
        <Confirm
          title={`${say('cancel')}?`}
          text={say('cancel_text')}
          sure={say('cancel')}
          error={cancel.error}
          busy={cancel.isPending}
          onClose={() => setCancelling(false)}
          onSure={() =>
            cancel.mutate(
              { id: mail.id },
              {
                onSuccess: () => {
                  setCancelling(false)
                  tell({ text: say('cancelled') })
                },
              },
            )
          }
        />
      )}
    </>
  )
}
