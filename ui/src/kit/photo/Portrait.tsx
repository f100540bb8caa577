import { UserOutlined } from "@ant-design/icons";
import "./photo.css";

/** A photo in its frame, or the outline of somebody where there is none or it is not here yet. */
export const Portrait = ({
  address,
  label,
  size = "small",
}: {
  address: string | null;
  /** Empty where the name stands beside it. */
  label: string;
  size?: "tiny" | "small" | "large";
}) => (
  <span className="portrait" data-size={size}>
    {address === null ? (
      <UserOutlined aria-label={label || undefined} aria-hidden={label === "" ? "true" : undefined} />
    ) : (
      <img src={address} alt={label} draggable={false} />
    )}
  </span>
);
