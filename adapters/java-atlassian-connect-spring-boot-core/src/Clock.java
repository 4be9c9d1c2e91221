import java.io.IOException;
import java.lang.invoke.MethodHandles;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The clock that the library reads.
 *
 * <p>Its classes ask the system for the time, and nothing lets a caller say it. They are loaded with that one call changed
 * into a call of this class, and are otherwise as they are in their jar.
 */
public final class Clock {
    private static volatile long millis;

    private Clock() {}

    static void freeze(long seconds) throws Protocol.Unsupported {
        try {
            millis = Math.multiplyExact(seconds, 1000L);
        } catch (ArithmeticException error) {
            throw new Protocol.Unsupported("reads a clock of 64 bits of milliseconds");
        }
    }

    /** What the classes of the library call. */
    public static long millis() {
        return millis;
    }

    /**
     * Loads a class of the library with this clock in it.
     *
     * @param neighbour any other class of the same package
     */
    static void putInto(String simpleName, Class<?> neighbour) throws IOException, IllegalAccessException {
        var reader = new ClassReader(neighbour.getResourceAsStream(simpleName + ".class"));
        var writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        var changed = new Changed(writer);
        reader.accept(changed, 0);
        if (changed.calls != 1) {
            throw new IllegalStateException(simpleName + " asks for the time " + changed.calls + " times, and not once");
        }
        MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(writer.toByteArray());
    }

    private static final class Changed extends ClassVisitor {
        int calls;

        Changed(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] exceptions) {
            return new MethodVisitor(api, super.visitMethod(access, name, type, signature, exceptions)) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
                    switch (owner + '.' + name + type) {
                        case "java/util/Date.<init>()V" -> {
                            time();
                            super.visitMethodInsn(opcode, owner, name, "(J)V", isInterface);
                        }
                        case "java/lang/System.currentTimeMillis()J" -> time();
                        default -> super.visitMethodInsn(opcode, owner, name, type, isInterface);
                    }
                }

                private void time() {
                    calls++;
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, "Clock", "millis", "()J", false);
                }
            };
        }
    }
}
