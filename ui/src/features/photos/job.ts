let made = 0;

/** A name for long work, under which the app tells how far it is. */
export const newJob = () => {
  made += 1;
  return `photos-${Date.now()}-${made}`;
};
