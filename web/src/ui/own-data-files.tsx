import { Button, Group, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { call, type Input } from '../api/call'
import { useLanguage, useWords, words } from '../words/words'
import { Failure } from './page'
import { saveFile } from './save-file'

const texts = words({
  nl: {
    form: 'Vorm',
    html: 'om te lezen (webpagina)',
    pdf: 'om te lezen of af te drukken (PDF)',
    csv: 'om te bewerken (CSV, één bestand per tabel)',
    json: 'om mee te nemen naar een ander systeem (JSON)',
    save: 'Opslaan',
  },
  en: {
    form: 'Form',
    html: 'to read (web page)',
    pdf: 'to read or print (PDF)',
    csv: 'to work with (CSV, a file for each table)',
    json: 'to take along to another system (JSON)',
    save: 'Save',
  },
})

const forms = ['html', 'pdf', 'csv', 'json'] as const

/** All that is held of a person, as files. @param request whose it was, where somebody else hands it to her */
export function OwnDataFiles({ request }: { readonly request?: string }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const [format, choose] = useState<NonNullable<Input<'rights.export'>['format']>>('html')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setBusy(true)
    setError(null)
    try {
      const { files } = await call('rights.export', { format, language, ...(request && { request }) })
      for (const { name, media_type, encoding, content } of files)
        saveFile(name, media_type, encoding === 'utf8' ? content : bytesOf(content))
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {error !== null && <Failure error={error} />}
      <Group align="flex-end" className="no-print">
        <NativeSelect
          label={say('form')}
          value={format}
          data={forms.map((value) => ({ value, label: say(value) }))}
          onChange={({ currentTarget: { value } }) => choose(forms.find((one) => one === value) ?? 'html')}
        />
        <Button variant="default" loading={isBusy} onClick={save}>
          {say('save')}
        </Button>
      </Group>
    </>
  )
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
