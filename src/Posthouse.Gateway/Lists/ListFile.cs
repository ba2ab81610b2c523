using System.Buffers;
using System.Security.Cryptography;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using Posthouse.Gateway.Files;

namespace Posthouse.Gateway.Lists;

/// <summary>What reading a file came to: its content, or its faults.</summary>
/// <param name="Content">Null where there are faults.</param>
/// <param name="Faults">At least one where there is no content.</param>
/// <param name="State">Of the file, from before it was read; the default where it could not be opened.</param>
sealed record ListReading(ListContent? Content, IReadOnlyList<ListFault> Faults, FileState State);

/// <summary>
/// Reads a file of entries: UTF-8, one a line, blanks around it cut, without empty lines and <c>#</c> comments. It is never in memory as
/// a whole, and what was is wiped.
/// </summary>
static class ListFile
{
    const long MaxFile = 256 * 1024 * 1024;
    const int BufferSize = 64 * 1024;
    const int MostFaults = 20;

    public static ListReading Read(string path)
    {
        try
        {
            // Before its content: what is written while we read shows at the next look.
            var state = FileState.Of(path);
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            // A pipe gives its content once, and has no length.
            _ = RandomAccess.GetLength(handle);
            return ReadLines(handle, state);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new ListReading(null, [new ListFault(0, $"cannot be read: {ReasonOf(fault)}")], default);
        }
    }

    static ListReading ReadLines(SafeFileHandle handle, FileState state)
    {
        var builder = new ListContentBuilder();
        List<ListFault> faults = [];
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        try
        {
            var (line, position, kept) = (0, 0L, 0);
            while (true)
            {
                var read = RandomAccess.Read(handle, buffer.AsSpan(kept), position);
                if ((position += read) > MaxFile)
                    return new ListReading(null, [new ListFault(0, "is larger than 256 MiB")], state);
                ReadOnlySpan<byte> rest = buffer.AsSpan(0, kept + read);
                if (position == read && rest.StartsWith("\uFEFF"u8))
                    rest = rest[3..];
                for (var end = rest.IndexOf((byte)'\n'); end >= 0; rest = rest[(end + 1)..], end = rest.IndexOf((byte)'\n'))
                    Take(rest[..end], ++line, builder, faults);
                if (read == 0 && !rest.IsEmpty)
                    Take(rest, ++line, builder, faults);
                if (rest.Length == BufferSize && faults.Count < MostFaults)
                    faults.Add(new ListFault(line + 1, EntrySyntax.TooLong));
                if (read == 0 || faults.Count == MostFaults)
                    break;
                kept = rest.Length == BufferSize ? 0 : rest.Length;
                rest[^kept..].CopyTo(buffer);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
        var content = faults.Count == 0 ? builder.Build() : null;
        if (content is null && faults.Count == 0)
            faults.Add(new ListFault(0, ListContentBuilder.TooManySecrets));
        return new ListReading(content, faults, state);
    }

    static void Take(ReadOnlySpan<byte> line, int number, ListContentBuilder builder, List<ListFault> faults)
    {
        var octets = line.Trim(" \t\r"u8);
        if (octets.IsEmpty || octets[0] == '#' || faults.Count == MostFaults)
            return;
        Span<char> characters = stackalloc char[EntryText.MostCharacters];
        if (octets.Length > EntryText.MostOctets)
        {
            faults.Add(new ListFault(number, EntrySyntax.TooLong));
            return;
        }
        var status = Utf8.ToUtf16(octets, characters, out _, out var written, replaceInvalidSequences: false);
        var entry = characters[..written];
        var fault = status switch
        {
            OperationStatus.Done => EntrySyntax.Fault(entry),
            OperationStatus.DestinationTooSmall => EntrySyntax.TooLong,
            _ => "is not UTF-8 text",
        };
        if (fault is null)
            builder.Add(entry);
        else
            faults.Add(new ListFault(number, fault));
        entry.Clear();
    }

    static string ReasonOf(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it is not there",
        UnauthorizedAccessException => "it may not be read by this user",
        NotSupportedException => "it is a pipe or a device, and a list is read again when it changes",
        _ => fault.Message,
    };
}
