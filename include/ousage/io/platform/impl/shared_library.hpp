#pragma once

#include <ousage/io/platform/shared_library.hpp>

#if defined(__unix__) || defined(__APPLE__)
#    include <dlfcn.h>
#    define OUSAGE_DETAIL_DLOPEN 1
#else
#    define OUSAGE_DETAIL_DLOPEN 0
#endif

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

#if OUSAGE_DETAIL_DLOPEN

OUSAGE_DECL Result<SharedLibrary> SharedLibrary::open(std::vector<std::string> const& names) {
    auto failure = Failure{
        {}, std::make_error_code(std::errc::no_such_file_or_directory), "no shared library"};
    for (auto const& name : names) {
        if (auto* const handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
            return SharedLibrary(handle);
        }
        auto const* const reason = ::dlerror();
        auto const text = std::string(reason == nullptr ? "cannot be loaded" : reason);
        // glibc starts with the name of the missing library, musl with `Error loading shared
        // library NAME: `. It may be that of one that `name` needs.
        auto const is_missing =
            text.find("No such file") != text.npos &&
            (text.starts_with(name + ":") || text.find("library " + name + ":") != text.npos);
        if (!is_missing) {
            return {Errc::file, text};
        }
        failure.text = "no " + name;
    }
    return failure;
}

OUSAGE_DECL SharedLibrary::Function SharedLibrary::find(char const* name) const {
    return reinterpret_cast<Function>(::dlsym(handle_, name));
}

#else

OUSAGE_DECL Result<SharedLibrary> SharedLibrary::open(std::vector<std::string> const&) {
    return {Errc::unsupported, "shared libraries cannot be opened on this system"};
}

OUSAGE_DECL SharedLibrary::Function SharedLibrary::find(char const*) const {
    return nullptr;
}

#endif

} // namespace OUSAGE_NAMESPACE::io

#undef OUSAGE_DETAIL_DLOPEN
