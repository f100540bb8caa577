import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/kit/Dialog";

/** The frame of a dialog about many members: a form whose button stands in the frame. */
export const BulkDialog = ({
  isOpen,
  title,
  okText,
  onClose,
  onClosed,
  children,
}: {
  isOpen: boolean;
  title: string;
  okText: string;
  onClose: () => void;
  onClosed: () => void;
  /** The form, by the id that the button sends. */
  children: (form: string) => ReactNode;
}) => {
  const { t } = useTranslation();
  const form = useId();
  return (
    <Dialog
      open={isOpen}
      title={title}
      onCancel={onClose}
      okText={okText}
      cancelText={t("shell.common.cancel")}
      okButtonProps={{ htmlType: "submit", form }}
      afterClose={onClosed}
      width={440}
    >
      {children(form)}
    </Dialog>
  );
};
