package main

import (
	"github.com/spf13/cobra"

	"incrocio/pipeline/worklist"
)

// submissionsCommand are the beneficiaries' submissions, as DSWeb shows them.
func (a *app) submissionsCommand() *cobra.Command {
	t, cmd := a.newBranch(onSubmissions, "Work the beneficiaries' submissions (ASpI-COM), as DSWeb shows them",
		"submissions are the three lists of ASpI-COM: pervenute, da lavorare, lavorate. elabora opens one of the second for work; only that turns\n"+
			"Letto to Sì, the first time. From then on, while an operator has it in charge and once it is closed, it is among the lavorate;\n"+
			"released, or when a hold is over, it is to be worked again. The other verbs are those of exceptions.\n\n"+whoActs)
	cmd.Example = `  incrocio submissions list --list da-lavorare --year 2014 --sede 7000
  incrocio submissions elabora INPS.7000.20/07/2014.0012345`
	cmd.AddCommand(
		t.listCommand(`list shows one of the three lists; a period is obligatory: --year, or --from and --to, days of presentation in Italy, both included.`,
			"  incrocio submissions list --list pervenute --from 2014-07-01 --to 2014-07-31 --type evento",
			func(cmd *cobra.Command, o *listOptions) {
				choiceFlag(cmd, &o.q.List, "list", "the list", []worklist.List{worklist.ListReceived, worklist.ListPending, worklist.ListWorked})
				typeFlag(cmd, o)
			}),
		t.showCommand("Show a submission; Letto stays as it is"),
		t.actCommand(actVerb{
			verb: worklist.VerbElabora, use: "elabora", short: "Open submissions for work: take them, and the first time turn Letto to Sì",
			example: "  incrocio submissions elabora INPS.7000.20/07/2014.0012345",
		}),
		t.holdCommand(), t.releaseCommand(), t.assignCommand(), t.noteCommand(), t.closeCommand(), t.reopenCommand(),
		t.approveCommand(), t.rejectCommand(), t.undoCommand(), t.requestsCommand(),
	)
	return cmd
}
