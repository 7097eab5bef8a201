import { type FormEvent, useId, useRef } from 'react';
import type { Ledger } from './ledger.js';

/** A button and the form that it opens. */
export function NewInvoice({ ledger }: { ledger: Ledger }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const field = new FormData(form);
    const line = {
      description: String(field.get('description')),
      quantity: Number(field.get('quantity')),
      price: Math.round(Number(field.get('price')) * 100),
    };
    dialog.current?.close();
    if (await ledger.create(String(field.get('customer')), [line])) {
      form.reset();
    }
  }

  return (
    <>
      <button type="button" className="button" onClick={() => dialog.current?.showModal()}>
        New invoice
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby={title}>
        <form onSubmit={(event) => void submit(event)}>
          <h2 id={title}>New invoice</h2>
          <Field name="customer" label="Customer" maxLength={80} />
          <Field name="description" label="For what" maxLength={120} />
          <div className="pair">
            <Field name="quantity" label="Quantity" type="number" min={1} max={9999} defaultValue={1} />
            <Field name="price" label="Price" type="number" min={0.01} max={100000} step={0.01} />
          </div>
          <div className="actions">
            <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" className="button">
              Create
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

interface FieldProps extends React.InputHTMLAttributes<HTMLInputElement> {
  name: string;
  label: string;
}

function Field({ label, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} required autoComplete="off" {...input} />
    </div>
  );
}
