using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>A prepared statement with parameters <c>$0</c>, <c>$1</c>, and so on.</summary>
sealed class Statement : IDisposable
{
    readonly SqliteCommand _command;

    internal Statement(SqliteConnection connection, string sql)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (var i = 0; sql.Contains(Name(i), StringComparison.Ordinal); i++)
            _command.Parameters.Add(new SqliteParameter { ParameterName = Name(i), Value = DBNull.Value });
        _command.Prepare();
    }

    /// <summary>Runs it and tells how many rows it changed.</summary>
    internal int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    internal SqliteDataReader Query(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();

    void Bind(ReadOnlySpan<object?> values)
    {
        if (values.Length != _command.Parameters.Count)
            throw new InvalidOperationException($"{_command.CommandText} takes {_command.Parameters.Count} values, not {values.Length}.");
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"${index}");
}
