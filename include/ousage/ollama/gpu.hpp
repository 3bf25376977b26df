#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/gpu/gpu_part.hpp>
#include <ousage/ollama/gpu/gpu_system.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// Source `gpu`: the GPUs of this machine. NVIDIA cards are read by NVML, which is opened at the
/// first collection and stays open; it is initialised again if a card is lost or the driver is
/// reloaded, but not at every collection for a card that stays lost. AMD cards are read from the
/// files of amdgpu, without waking a suspended one. Both are read concurrently on threads of their
/// own. A driver that hangs is abandoned at the deadline; until it returns, further collections
/// report this and do not call it. Copies share the library. `absent` if there is no driver or no
/// card.
OUSAGE_DECL Source<GpuState> gpu(GpuSystem system = {});

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/gpu/impl/gpu.hpp>
#endif
