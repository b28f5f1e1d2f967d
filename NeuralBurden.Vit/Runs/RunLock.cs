using System.Diagnostics;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// Keeps a run folder for one process. The file <c>.lock</c> is held open without sharing, which the system undoes
/// when the process dies however it dies; <c>.owner.json</c> beside it says who holds it. Where a file system knows no
/// locks the owner's file still keeps out the processes of the same host.
/// </summary>
public sealed class RunLock : IDisposable
{
    private const string LockFile = ".lock";
    private const string OwnerFile = ".owner.json";

    private readonly FileStream _lock;
    private readonly string _owner;

    private RunLock(FileStream held, string owner) => (_lock, _owner) = (held, owner);

    /// <summary>Takes the folder, from a dead process too.</summary>
    /// <exception cref="RunLockedException">A living process has it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock Acquire(string folder)
    {
        string path = Path.Combine(folder, LockFile), owner = Path.Combine(folder, OwnerFile);
        FileStream held;
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new RunLockedException(folder, WaitForOwner(owner));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot lock the run folder {folder}: {SystemReason.Of(e)}", e);
        }

        try
        {
            if (ReadOwner(owner) is { } other && IsOtherAlive(other)) throw new RunLockedException(folder, other);
            var own = new RunOwner(
                Environment.ProcessId, Environment.MachineName, DateTimeOffset.UtcNow, StartOf(Process.GetCurrentProcess()));
            RunFolder.WriteJson(owner, own, RunJson.Default.RunOwner);
            return new RunLock(held, owner);
        }
        catch (IOException e) when (e.InnerException is { } inner)
        {
            held.Dispose();
            throw new IOException($"cannot lock the run folder {folder}: {SystemReason.Of(inner)}", e);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Who has the folder, as far as a note can tell: null where there is none, or where it is of a process of this
    /// host that is dead. Takes nothing and disturbs nobody.
    /// </summary>
    public static RunOwner? OwnerOf(string folder) =>
        ReadOwner(Path.Combine(folder, OwnerFile)) is { } owner
        && (owner.Host != Environment.MachineName || owner.Pid == Environment.ProcessId || IsOtherAlive(owner))
            ? owner
            : null;

    /// <summary>Gives the folder back. The empty lock file stays: deleting it would race with the next
    /// owner.</summary>
    public void Dispose()
    {
        if (!_lock.CanRead) return;
        try
        {
            File.Delete(_owner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next owner finds this process dead or itself.
        }

        _lock.Dispose();
    }

    // EWOULDBLOCK of Linux and of macOS and BSD, the sharing and lock violations of Windows: nothing else, a read-only or
    // full file system say, means that somebody has the lock.
    private static bool IsHeld(IOException e) =>
        e.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);

    // Whoever has just taken the lock writes his note next.
    private static RunOwner? WaitForOwner(string path)
    {
        const int looks = 20, milliseconds = 25;
        for (int i = 0; i < looks; i++)
        {
            if (ReadOwner(path) is { } owner) return owner;
            Thread.Sleep(milliseconds);
        }

        return null;
    }

    private static RunOwner? ReadOwner(string path)
    {
        try
        {
            return File.Exists(path) ? RunFolder.Read(path, RunJson.Default.RunOwner) : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The lock itself was free. An owner on another host can only be judged by it.
    private static bool IsOtherAlive(RunOwner owner)
    {
        if (owner.Host != Environment.MachineName || owner.Pid == Environment.ProcessId) return false;
        try
        {
            using var process = Process.GetProcessById(owner.Pid);
            return (StartOf(process) - owner.ProcessStarted).Duration() < TimeSpan.FromSeconds(2);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static DateTimeOffset StartOf(Process process) => new(process.StartTime.ToUniversalTime());
}
