import { useState } from "react";
import type { ProfileSummary } from "@/generated/types";
import { CreateOrganisation } from "./CreateOrganisation";
import { SignIn } from "./SignIn";
import "./start.css";
import { Welcome } from "./Welcome";

type Step = "welcome" | "create" | "sign-in";

/** What is seen while no roster is open: open one, make one, or sign in to one. */
const Start = ({ profiles, onOpen }: { profiles: ProfileSummary[]; onOpen: () => void }) => {
  const [step, setStep] = useState<Step>("welcome");
  const back = () => setStep("welcome");
  return (
    <main className="start">
      {step === "welcome" && <Welcome profiles={profiles} onOpen={onOpen} onChoose={setStep} />}
      {step === "create" && <CreateOrganisation onOpen={onOpen} onBack={back} />}
      {step === "sign-in" && <SignIn onOpen={onOpen} onBack={back} />}
    </main>
  );
};

export default Start;
