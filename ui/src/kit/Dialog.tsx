import { Modal, type ModalProps } from "antd";
import { useEffect, useLayoutEffect, useRef } from "react";

/** Where the keyboard begins, in this order; what destroys is never ready under Enter. */
const FIRST = [
  "[data-first]",
  ".ant-modal-body :is(input, select, textarea):enabled",
  '.ant-modal-footer .ant-btn-primary:enabled:not(.ant-btn-dangerous, [style*="display: none"])',
  ".ant-modal-footer button:enabled",
];

/**
 * A dialog over the window. Keys go into it as soon as it is open (first to what has `data-first`, else to the first
 * field, else to the button that does it), and back to where they went before as soon as it is closed.
 */
export const Dialog = ({ children, ...rest }: ModalProps) => (
  <Modal destroyOnHidden {...rest}>
    <Keyboard />
    {children}
  </Modal>
);

/**
 * In the content of a dialog that is not made by `Dialog`. Not `autoFocus`: that comes before the dialog lies in the page,
 * where nothing can have the focus.
 */
export const Keyboard = () => {
  const mark = useRef<HTMLSpanElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    before.current = document.activeElement;
  }, []);
  useEffect(() => {
    const dialog = mark.current?.closest(".ant-modal");
    for (const selector of FIRST) {
      const first = dialog?.querySelector<HTMLElement>(selector);
      if (!first) continue;
      first.focus();
      break;
    }
    return () => {
      const isNowhere = document.activeElement === null || document.activeElement === document.body;
      if (isNowhere && before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
    };
  }, []);
  return <span ref={mark} hidden />;
};
