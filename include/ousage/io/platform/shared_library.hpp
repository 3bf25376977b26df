#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// A shared library that is opened at run time. It is never closed: a thread that was abandoned may
/// still execute its code. A copy refers to the same library. Thread-safe.
class SharedLibrary {
public:
    /// Opens the first of `names` that exists: a path, or a name that the system's loader searches
    /// for. If the loader finds none of them, the failure is `no_such_file_or_directory`; if one
    /// exists but cannot be loaded, the failure has code `Errc::file` and the loader's text. On a
    /// system without a known loader, the failure has code `Errc::unsupported`.
    static Result<SharedLibrary> open(std::vector<std::string> const& names);

    /// Returns the function of that name as a pointer of type F; null if the library has none.
    template <class F>
    F* function(char const* name) const {
        return reinterpret_cast<F*>(find(name));
    }

private:
    using Function = void (*)();

    explicit SharedLibrary(void* handle) : handle_(handle) {}

    Function find(char const* name) const;

    void* handle_;
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/platform/impl/shared_library.hpp>
#endif
