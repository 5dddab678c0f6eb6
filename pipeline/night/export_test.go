package night

import "context"

// TakeIn runs the first stage of a night alone: from the files of the inbox to the files of tonight's archive.
func TakeIn(ctx context.Context, cfg Config, ports Ports) (documents int64, err error) {
	in, err := (&night{cfg: cfg, ports: ports, progress: new(Progress)}).takeIn(ctx)
	if err != nil {
		return 0, err
	}
	return in.counts[Line{Total, ItemRead}], nil
}

// CommunicationKey is what communications are sorted by first.
var CommunicationKey = communicationKey
