using Posthouse.Gateway.Sessions.Channel;

namespace Posthouse.Gateway.Sessions.Body;

/// <summary>
/// A body has no length known beforehand, so its time is counted by what came: the deadline starts anew with each 64 KiB. A
/// client that drips octets cannot keep a session open by them.
/// </summary>
struct BodyPace
{
    const int Stretch = 64 * 1024;

    readonly SessionDeadline _deadline;
    long _taken;

    public BodyPace(SessionDeadline deadline)
    {
        _deadline = deadline;
        deadline.Arm();
    }

    public void Took(long octets)
    {
        _taken += octets;
        if (_taken < Stretch)
            return;
        _taken = 0;
        _deadline.Arm();
    }
}
